"""The command line of tools/demo: every wrong value is one line and exit code 2, before anything is built."""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import ssl
import sys
import urllib.parse

import faults
import power_cut

DESCRIPTION = """\
Plays a visit to the kiosk: real processes, real wires, emulated card, payment terminal, printer and city.
With "help" a volunteer with a badge and a browser stands beside the resident, sees the masked screen and points.
With "consult" the resident speaks with staff and an interpreter by video, each in a browser.
With a display it opens the kiosk's window; without one, or with --auto, it plays the visit by itself.
Exit code 0 only when a certificate was issued and paid."""


@dataclasses.dataclass(frozen=True)
class Options:
    service: str    # visit, help, consult
    auto: bool
    out: pathlib.Path
    language: str
    own_card: bool
    reader: str
    pin: str
    printer: str | None
    terminal: str | None
    terminal_key: pathlib.Path | None
    residents: pathlib.Path | None
    card_ca: pathlib.Path | None
    fault: faults.Fault | None
    kill: power_cut.Kill | None
    build: pathlib.Path | None


class WrongValue(Exception):
    """What is wrong, as one line for the person who typed it."""


class OneLineParser(argparse.ArgumentParser):
    def error(self, message):
        raise WrongValue(message)


def parser():
    it = OneLineParser(prog="tools/demo", description=DESCRIPTION, allow_abbrev=False,
                       formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("service", nargs="?", choices=("help", "consult"),
                    help="help: somebody helps the resident; consult: a consultation by video")
    it.add_argument("--auto", action="store_true", help="play the visit without a person, on a display of its own")
    it.add_argument("--out", metavar="DIR", default="out/demo",
                    help="receives certificate.pdf, screens/, visit.json and logs/ (default: %(default)s)")
    it.add_argument("--lang", choices=("ja", "en"), default="ja", help="the resident's language (default: ja)")
    it.add_argument("--card", choices=("emulator", "external"), default="emulator",
                    help="external: whatever card the running pcscd has")
    it.add_argument("--reader", choices=("pcsc", "nfc"), default="pcsc",
                    help="how the kiosk reads the emulated card: through pcscd, or through libnfc and an emulated "
                         "PN532 (default: pcsc)")
    it.add_argument("--pin", metavar="N", default="1234", help="the card's four digits (default: %(default)s)")
    it.add_argument("--printer", metavar="URI", help="an IPP printer instead of the emulator: ipp://host:port/ipp/print")
    it.add_argument("--terminal", metavar="URL", help="a nexo terminal instead of the emulator: http://host:port/nexo")
    it.add_argument("--terminal-key", metavar="FILE",
                    help="that terminal's key for nexo's local security (hal/terminal/README.md)")
    it.add_argument("--residents", metavar="FILE", help="the city's residents, a JSON array")
    it.add_argument("--card-ca", metavar="FILE", help="the CA that the gateway trusts for cards, PEM")
    it.add_argument("--fault", metavar="NAME", help="let something go wrong; 'list' tells what there is")
    it.add_argument("--kill-after", metavar="SECONDS",
                    help="with --auto: kill -9 the kiosk so long after its welcome screen, start it again, and check "
                         "that money, paper, screen and slip agree")
    it.add_argument("--kill-at", metavar="SCREEN[+MS]",
                    help="the same when a screen is first shown, or so many ms later: pay, pay+150, printing ...")
    # For tests/system: a build directory that is there already; nothing is installed or built.
    it.add_argument("--build", metavar="DIR", help=argparse.SUPPRESS)
    return it


def parse(arguments):
    """Options, or SystemExit: 0 after --help and --fault list, 2 with one line after a wrong value."""
    try:
        values = parser().parse_args(arguments)
        if values.fault == "list":
            print(faults.listing())
            sys.exit(0)
        return checked(values)
    except WrongValue as wrong:
        print(f"tools/demo: {wrong}", file=sys.stderr)
        sys.exit(2)


def checked(values):
    options = Options(
        service=values.service or "visit",
        auto=values.auto or not has_display(),
        out=out_dir(values.out),
        language=values.lang,
        own_card=values.card == "emulator",
        reader=values.reader,
        pin=pin(values.pin),
        printer=printer(values.printer),
        terminal=terminal(values.terminal),
        terminal_key=readable("--terminal-key", values.terminal_key)[0] if values.terminal_key else None,
        residents=residents(values.residents),
        card_ca=card_ca(values.card_ca),
        fault=fault(values.fault),
        kill=kill(values.kill_after, values.kill_at),
        build=pathlib.Path(values.build).resolve() if values.build else None,
    )
    if options.fault:
        check_fault_is_possible(options)
    if options.kill:
        check_kill_is_possible(options, values.auto)
    if options.service != "visit":
        check_service_is_possible(options)
    if options.terminal_key and options.terminal is None:
        raise WrongValue("--terminal-key: the emulated terminal has a key of its own; this needs --terminal")
    if options.card_ca and options.own_card:
        raise WrongValue("--card-ca: the emulated card has a CA of its own; this needs --card external")
    if not options.own_card:
        check_external_card(options)
    return options


def has_display():
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def out_dir(text):
    path = pathlib.Path(text).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongValue(f"--out: cannot make '{text}': {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise WrongValue(f"--out: '{text}' cannot be written to")
    return path


def pin(text):
    if not re.fullmatch(r"[0-9]{4}", text):
        raise WrongValue("--pin: four digits are wanted, such as 1234")
    return text


def url(option, text, schemes, example):
    wanted = f"{option}: '{text}' is not a URL such as {example}"
    try:
        parts = urllib.parse.urlsplit(text)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise WrongValue(wanted) from None
    if parts.scheme not in schemes or not parts.hostname or not port_is_valid or re.search(r"\s", text):
        raise WrongValue(wanted)
    return text


def printer(text):
    return text if text is None else url("--printer", text, ("ipp", "ipps"), "ipp://127.0.0.1:8631/ipp/print")


def terminal(text):
    return text if text is None else url("--terminal", text, ("http", "https"), "http://127.0.0.1:8443/nexo")


def readable(option, text):
    path = pathlib.Path(text).absolute()
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise WrongValue(f"{option}: cannot read '{text}': {error.strerror}") from None


PERSON_FIELDS = ("id", "name", "kana", "birth", "sex", "address")


def residents(text):
    """Shape only: what a field may hold is the gateway's business, which names the field when it is wrong."""
    if text is None:
        return None
    path, content = readable("--residents", text)
    try:
        people = json.loads(content)
    except ValueError as error:
        raise WrongValue(f"--residents: '{text}' is not JSON: {error}") from None
    if not isinstance(people, list) or not people:
        raise WrongValue(f"--residents: '{text}' is not a JSON array of at least one resident")
    for number, person in enumerate(people):
        if not isinstance(person, dict):
            raise WrongValue(f"--residents: '{text}': /{number} is not an object")
        for field in PERSON_FIELDS:
            if not isinstance(person.get(field), str):
                raise WrongValue(f"--residents: '{text}': /{number}/{field} is missing or not text")
        card = person.get("auth_certificate_sha256")
        if card is not None and not (isinstance(card, str) and re.fullmatch(r"[0-9A-Fa-f]{64}", card)):
            raise WrongValue(f"--residents: '{text}': /{number}/auth_certificate_sha256 is not 64 hex digits")
    return path


def card_ca(text):
    if text is None:
        return None
    path, content = readable("--card-ca", text)
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", content, re.DOTALL)
    try:
        for block in blocks:
            ssl.PEM_cert_to_DER_cert(block.decode("ascii"))
    except ValueError:
        blocks = []
    if not blocks:
        raise WrongValue(f"--card-ca: '{text}' is not a PEM certificate")
    return path


def fault(name):
    if name is None:
        return None
    if name not in faults.BY_NAME:
        raise WrongValue(f"--fault: there is no '{name}'; --fault list tells what there is")
    return faults.BY_NAME[name]


def kill(after, at):
    if after is not None and at is not None:
        raise WrongValue("--kill-after and --kill-at: one of them is enough")
    option, text, read = ("--kill-after", after, power_cut.after) if after is not None else ("--kill-at", at, power_cut.at)
    try:
        return None if text is None else read(text)
    except ValueError as wrong:
        raise WrongValue(f"{option}: {wrong}, not '{text}'") from None


def check_kill_is_possible(options, auto):
    if not auto:
        raise WrongValue("--kill-after and --kill-at: a visit without a person is needed, --auto")
    if options.fault:
        raise WrongValue("--kill-after and --kill-at: one thing at a time, without --fault")
    if not options.own_card or options.terminal or options.printer:
        raise WrongValue("--kill-after and --kill-at: need the demo's own card, terminal and printer")


def check_service_is_possible(options):
    if options.fault or options.kill:
        raise WrongValue(f"{options.service}: one thing at a time, without --fault and --kill-after or --kill-at")
    if not options.own_card or options.terminal or options.printer:
        raise WrongValue(f"{options.service}: needs the demo's own card, terminal and printer")


PCSCD = pathlib.Path("/run/pcscd/pcscd.comm")


def check_external_card(options):
    if options.reader != "pcsc":
        raise WrongValue("--reader nfc: the demo's own NFC reader takes the emulated card only, not --card external")
    if options.card_ca is None:
        raise WrongValue("--card external: --card-ca FILE is needed, the CA that issued the card")
    if not PCSCD.exists():
        raise WrongValue(f"--card external: no pcscd is running here ({PCSCD} is not there)")


def check_fault_is_possible(options):
    """A fault is made with the demo's own emulators and played by its own resident."""
    foreign = {
        "card": not options.own_card,
        "terminal": options.terminal is not None,
        "printer": options.printer is not None,
    }
    for part in options.fault.needs:
        if foreign[part]:
            raise WrongValue(f"--fault {options.fault.name}: needs the demo's own {part}")
