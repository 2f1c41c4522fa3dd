# Completion of kioskctl for bash. Made by `kioskctl manual completion`; a test compares it with the program.
_kioskctl() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path= word words= files=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case " $(_kioskctl_commands "$path") " in
      *" $word "*) path=${path:+$path }$word ;;
    esac
  done
  case "$path $before" in
    'status --socket') files=yes ;;
    'faults --socket') files=yes ;;
    'self-test --socket') files=yes ;;
    'print test --socket') files=yes ;;
    'touch grid --socket') files=yes ;;
    'camera --socket') files=yes ;;
    'audio --socket') files=yes ;;
    'network --socket') files=yes ;;
    'enrol --socket') files=yes ;;
    'renew --socket') files=yes ;;
    'erase --socket') files=yes ;;
    'update status --socket') files=yes ;;
    'update watch --socket') files=yes ;;
    'update install --socket') files=yes ;;
    'update cancel --socket') files=yes ;;
    'logs bundle --socket'|'logs bundle --log') files=yes ;;
    'audit verify --journal'|'audit verify --kiosk-key'|'audit verify --gateway-key'|'audit verify --expect') files=yes ;;
    'journal visits --journal') files=yes ;;
    'journal show --journal') files=yes ;;
    'tickets --journal') files=yes ;;
  esac
  if [[ $files ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  words=$(_kioskctl_words "$path")
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
_kioskctl_words() {
  local words=
  case $1 in
    '') words='status faults self-test print touch camera audio network enrol renew erase update logs audit journal tickets --help --version' ;;
    'status') words='--help --socket --json' ;;
    'faults') words='--help --socket --json --watch' ;;
    'self-test') words='--help --socket --json --lang' ;;
    'print') words='test --help' ;;
    'print test') words='--help --socket --json --page --slip --lang' ;;
    'touch') words='grid --help' ;;
    'touch grid') words='--help --socket --json --columns --rows --patience' ;;
    'camera') words='--help --socket --json --seconds --lang' ;;
    'audio') words='--help --socket --json --lang' ;;
    'network') words='--help --socket --json' ;;
    'enrol') words='--help --code --qr --site --socket --json' ;;
    'renew') words='--help --socket --json' ;;
    'erase') words='--help --yes --socket --json' ;;
    'update') words='status watch install cancel --help' ;;
    'update status') words='--help --socket --json' ;;
    'update watch') words='--help --socket --json' ;;
    'update install') words='--help --socket --json --watch' ;;
    'update cancel') words='--help --socket --json' ;;
    'logs') words='bundle --help' ;;
    'logs bundle') words='--help --socket --json --log --since' ;;
    'audit') words='verify --help' ;;
    'audit verify') words='--help --journal --kiosk-key --gateway-key --expect' ;;
    'journal') words='visits show --help' ;;
    'journal visits') words='--help --journal' ;;
    'journal show') words='--help --journal' ;;
    'tickets') words='--help --journal --json --lang' ;;
  esac
  printf '%s' "$words"
}
_kioskctl_commands() {
  local word
  for word in $(_kioskctl_words "$1"); do
    [[ $word == -* ]] || printf '%s ' "$word"
  done
}
complete -o default -F _kioskctl kioskctl
