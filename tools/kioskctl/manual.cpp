#include "tools/kioskctl/manual.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/exit_codes.h"

namespace madoguchi::kioskctl {
namespace {

using Commands = std::vector<const CLI::App*>;

/// Those of one level, without the hidden ones.
Commands commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  std::vector<const CLI::Option*> out;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) out.push_back(option);
  }
  return out;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() != 0; }

/// "journal.sqlite: ..." has one; "language of the words" has none.
bool wants_file(const CLI::Option& option) {
  const std::string name = option.get_name();
  for (const char* word : {"journal", "key", "expect", "log", "socket", "out"}) {
    if (name.find(word) != std::string::npos) return true;
  }
  return false;
}

/// For roff: a backslash, a hyphen that must stay one, and a dot at the beginning of a line.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\n') {
      out += ' ';
    } else if ((c == '.' || c == '\'') && out.empty()) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string option_line(const CLI::Option& option) {
  std::string line = option.get_positional() ? option.get_name(true) : option.get_name();
  if (!option.get_positional() && takes_value(option)) line += " VALUE";
  return line;
}

void describe(const CLI::App& command, const std::string& path, std::string& out) {
  const Commands inner = commands_of(command);
  if (inner.empty()) {
    std::string use = path;
    for (const CLI::Option* option : options_of(command)) {
      if (option->get_positional()) use += " " + option->get_name(true);
    }
    out += ".SS " + roff(use) + "\n" + roff(command.get_description()) + ".\n";
    for (const CLI::Option* option : options_of(command)) {
      if (option->get_name() == "--help") continue;
      out +=
          ".TP\n.B " + roff(option_line(*option)) + "\n" + roff(option->get_description()) + "\n";
    }
  }
  for (const CLI::App* each : inner) describe(*each, path + " " + each->get_name(), out);
}

struct Level {
  std::string path;  ///< "", "audit", "audit verify"
  std::vector<std::string> words;
  std::vector<std::string> files;  ///< options after which a file comes
};

void levels_of(const CLI::App& command, const std::string& path, std::vector<Level>& out) {
  Level level;
  level.path = path;
  for (const CLI::App* each : commands_of(command)) level.words.push_back(each->get_name());
  for (const CLI::Option* option : options_of(command)) {
    for (const std::string& name : option->get_lnames()) {
      level.words.push_back("--" + name);
      if (takes_value(*option) && wants_file(*option)) level.files.push_back("--" + name);
    }
  }
  out.push_back(level);
  for (const CLI::App* each : commands_of(command))
    levels_of(*each, path.empty() ? each->get_name() : path + " " + each->get_name(), out);
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  std::string out =
      ".\\\" Made by `kioskctl manual page`; a test compares it with the program.\n"
      ".TH KIOSKCTL 1 \"\" \"Madoguchi\" \"Madoguchi\"\n"
      ".SH NAME\nkioskctl \\- what a maintainer asks a kiosk\n"
      ".SH SYNOPSIS\n.B kioskctl\n.I COMMAND\n.RI [ OPTIONS ]\n"
      ".SH DESCRIPTION\n" +
      roff(app.get_description()) +
      "\nCommands with\n.B \\-\\-socket\nask a running kioskd; root and the group kiosk\\-maintain "
      "may. The others read files.\nWith\n.B \\-\\-json\nthe answer is one JSON value on standard "
      "output. What goes wrong is one line on standard error.\n.SH COMMANDS\n";
  for (const CLI::App* each : commands_of(app))
    describe(*each, "kioskctl " + each->get_name(), out);
  out += ".SH EXIT STATUS\n";
  for (const ExitMeaning& each : exit_meanings)
    out += ".TP\n.B " + std::to_string(each.code) + "\n" + roff(each.meaning) + "\n";
  out += ".SH FILES\n.TP\n.I /run/madoguchi/control\nwhere kioskd listens\n";
  return out;
}

std::string bash_completion(const CLI::App& app) {
  std::vector<Level> levels;
  levels_of(app, "", levels);
  std::string words;
  std::string files;
  for (const Level& level : levels) {
    words += "    '" + level.path + "') words='" + joined(level.words, " ") + "' ;;\n";
    std::vector<std::string> patterns;
    for (const std::string& option : level.files)
      patterns.push_back("'" + level.path + " " + option + "'");
    if (!patterns.empty()) files += "    " + joined(patterns, "|") + ") files=yes ;;\n";
  }
  return "# Completion of kioskctl for bash. Made by `kioskctl manual completion`; a test compares "
         "it "
         "with the program.\n"
         "_kioskctl() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path= "
         "word "
         "words= files=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\"; do\n"
         "    case \" $(_kioskctl_commands \"$path\") \" in\n"
         "      *\" $word \"*) path=${path:+$path }$word ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$path $before\" in\n" +
         files +
         "  esac\n"
         "  if [[ $files ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "    return\n"
         "  fi\n"
         "  words=$(_kioskctl_words \"$path\")\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "_kioskctl_words() {\n"
         "  local words=\n"
         "  case $1 in\n" +
         words +
         "  esac\n"
         "  printf '%s' \"$words\"\n"
         "}\n"
         "_kioskctl_commands() {\n"
         "  local word\n"
         "  for word in $(_kioskctl_words \"$1\"); do\n"
         "    [[ $word == -* ]] || printf '%s ' \"$word\"\n"
         "  done\n"
         "}\n"
         "complete -o default -F _kioskctl kioskctl\n";
}

void add_manual_commands(CommandTable& table) {
  CLI::App* manual =
      table.add(nullptr, "manual", "What the files beside this program are made from");
  manual->group("");
  CLI::App* page = table.add(manual, "page", "The manual page");
  const CLI::App& app = table.app();
  table.runs(page, [&app] {
    std::printf("%s", manual_page(app).c_str());
    return 0;
  });
  CLI::App* completion = table.add(manual, "completion", "The completion for bash");
  table.runs(completion, [&app] {
    std::printf("%s", bash_completion(app).c_str());
    return 0;
  });
}

}  // namespace madoguchi::kioskctl
