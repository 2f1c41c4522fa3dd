"""boards/<board>/board.toml: what a board is, checked against one table. images/build reads all of it, kiosk-ui [screen].

Every complaint says where, what, and what to write instead. docs/add-a-board.md goes through the keys one by one.
"""

import dataclasses
import difflib
import pathlib
import re
import tomllib

from trouble import Trouble

BOARDS = pathlib.Path(__file__).resolve().parents[2] / "boards"
REQUIRED = object()


@dataclasses.dataclass(frozen=True)
class Whole:
    least: int
    most: int

    @property
    def must(self):
        return f"a whole number from {self.least} to {self.most}"

    def fits(self, value):
        return type(value) is int and self.least <= value <= self.most


@dataclasses.dataclass(frozen=True)
class Real:
    least: float
    most: float

    @property
    def must(self):
        return f"a number from {self.least:g} to {self.most:g}"

    def fits(self, value):
        return type(value) in (int, float) and self.least <= value <= self.most


@dataclasses.dataclass(frozen=True)
class Flag:
    must = "true or false"

    @staticmethod
    def fits(value):
        return type(value) is bool


@dataclasses.dataclass(frozen=True)
class Word:
    words: tuple

    @property
    def must(self):
        return "one of " + ", ".join(f'"{word}"' if isinstance(word, str) else str(word) for word in self.words)

    def fits(self, value):
        return value in self.words


@dataclasses.dataclass(frozen=True)
class Text:
    must: str
    pattern: str

    def fits(self, value):
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclasses.dataclass(frozen=True)
class Texts:
    each: Text

    @property
    def must(self):
        return f"a list, each {self.each.must}"

    def fits(self, value):
        return isinstance(value, list) and all(self.each.fits(item) for item in value)


@dataclasses.dataclass(frozen=True)
class Key:
    kind: object
    fallback: object = REQUIRED


_LINE = r"/dev/gpiochip\d+:!?\d+"
_USB_ID = Text('a USB id such as "04e6:5816" (lsusb shows it)', r"[0-9a-f]{4}:[0-9a-f]{4}")
_USB = Key(Texts(_USB_ID), [])
_ANYTHING = Text("a text", r"(?s).+")
_LINE_OR_NONE = Key(Text('"none" or a chip and a line such as "/dev/gpiochip0:17" (! before the line: active low)',
                         rf"none|{_LINE}"))
_PACKAGE = Text("the name of a Debian package", r"[a-z0-9][a-z0-9.+-]+")
_MODULE = Text("the name of a kernel module", r"[A-Za-z0-9_]+")

# Section -> key -> what it must be. A section that is missing is complained of unless each of its keys has a fallback.
SCHEMA = {
    "board": {
        "name": Key(Text("the name of its folder", r"[a-z0-9][a-z0-9._-]*")),
        "describes": Key(_ANYTHING),
        "arch": Key(Word(("amd64", "arm64"))),
        "boot": Key(Word(("systemd-boot", "u-boot"))),
        "hardware": Key(Word(("emulated", "tried", "untried"))),
    },
    "screen": {
        "output": Key(Word(("drm", "window")), "window"),
        "width_px": Key(Whole(320, 7680)),
        "height_px": Key(Whole(320, 7680)),
        "width_mm": Key(Real(60, 2000)),
        "rotation": Key(Word((0, 90, 180, 270)), 0),
        "touch_calibration": Key(Text('six numbers such as "1 0 0 0 1 0" (as libinput has them)',
                                      r"-?\d+(\.\d+)?( -?\d+(\.\d+)?){5}"), "1 0 0 0 1 0"),
        "fullscreen": Key(Flag(), True),
        "fonts": Key(_ANYTHING, ""),
        "modules": Key(Texts(_MODULE), []),
    },
    "reader": {"kind": Key(Word(("pcsc", "nfc"))), "usb": _USB, "extended_apdus": Key(Word(("auto", "yes", "no")), "auto"),
               "connstring": Key(_ANYTHING, "pn532_uart:/dev/kiosk-reader:115200")},
    "printer": {"kind": Key(Word(("ipp", "none"))), "usb": _USB,
                "uri": Key(Text("an address such as \"ipp://10.0.0.2:631/ipp/print\"", r"ipps?://\S+|"), "")},
    "receipt": {"kind": Key(Word(("usb", "none"))), "usb": _USB},
    "terminal": {"kind": Key(Word(("nexo", "none"))),
                 "url": Key(Text("an address such as \"https://10.0.0.3:8443\"", r"https?://\S+|"), "")},
    "code_reader": {"kind": Key(Word(("serial", "none"))), "usb": _USB},
    "camera": {"kind": Key(Word(("v4l2", "none"))), "usb": _USB},
    "sound": {"kind": Key(Word(("alsa", "none"))), "usb": _USB},
    "keys": {"kind": Key(Word(("usb", "gpio", "none"))), "usb": _USB},
    "leds": {"kind": Key(Word(("gpio", "none"))), "lines": Key(Texts(Text("a chip and a line", _LINE)), [])},
    "tamper": {"line": _LINE_OR_NONE},
    "booth_switch": {"line": _LINE_OR_NONE},
    "watchdog": {"module": Key(Text('the name of its kernel module, or "none"', r"[A-Za-z0-9_]+")),
                 "timeout_s": Key(Whole(5, 300), 30)},
    "console": {"device": Key(Text('a serial line such as "ttyS0", or "none"', r"tty[A-Za-z]+\d+|none")),
                "baud": Key(Whole(9600, 4_000_000), 115200)},
    "tpm": {"kind": Key(Word(("tpm2", "none")))},
    "storage": {
        "modules": Key(Texts(_MODULE)),
        "esp_mib": Key(Whole(64, 1024), 160),
        "slot_mib": Key(Whole(128, 8192), 384),
        "data_least_mib": Key(Whole(64, 65536), 512),
    },
    "firmware": {
        "packages": Key(Texts(_PACKAGE), []),
        "files": Key(Texts(Text("a path below usr/lib/firmware, with stars", r"[A-Za-z0-9_.*?\[\]-]+(/[A-Za-z0-9_.*?\[\]-]+)*")), []),
    },
    "loader": {
        "packages": Key(Texts(_PACKAGE), []),
        "files": Key(Texts(Text("a path in those packages such as \"usr/lib/u-boot/rpi_4/u-boot.bin\"", r"usr/\S+")), []),
        "device_tree": Key(Text("a device tree of the kernel's such as \"broadcom/bcm2711-rpi-cm4-io.dtb\"", r"[a-z0-9/._-]+\.dtb|"),
                           ""),
    },
    "kernel": {"arguments": Key(Texts(Text("one argument without blanks", r"\S+")), [])},
}


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    folder: pathlib.Path
    values: dict

    def __getitem__(self, section):
        return self.values[section]

    @property
    def compatible(self):
        """What a bundle must say so that a kiosk takes it (RAUC)."""
        return f"madoguchi-{self.name}"


def names():
    return sorted(path.parent.name for path in BOARDS.glob("*/board.toml"))


def _near(word, words):
    close = difflib.get_close_matches(word, list(words), 1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are {', '.join(sorted(words))}"


def _line_of(text, section, key=None):
    """Where the section, or the key in it, stands; 1 when it does not."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[([\w.-]+)\]", line)
        if head:
            inside = head[1] == section
            if inside and key is None:
                return number
        elif inside and key is not None and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return _line_of(text, section) if key is not None else 1


def _section(name, given, text):
    """(the section with its fallbacks, complaints with their lines)."""
    keys, found, wrong = SCHEMA[name], {}, []
    if not isinstance(given, dict):
        return found, [(_line_of(text, name), f"[{name}] must be a table of keys")]
    for key in given.keys() - keys.keys():
        wrong.append((_line_of(text, name, key), f"[{name}] has no key '{key}'" + _near(key, keys)))
    for key, rule in keys.items():
        if key not in given:
            if rule.fallback is REQUIRED:
                wrong.append((_line_of(text, name), f"[{name}] needs {key} = {rule.kind.must}"))
            found[key] = rule.fallback
        elif rule.kind.fits(given[key]):
            found[key] = given[key]
        else:
            wrong.append((_line_of(text, name, key),
                          f"[{name}] {key} is {given[key]!r}; it must be {rule.kind.must}"))
    return found, wrong


def _together(values, text, folder):
    """What no key can know alone."""
    board, screen = values["board"], values["screen"]
    if board["name"] != folder:
        yield _line_of(text, "board", "name"), f"[board] name is '{board['name']}', but its folder is '{folder}'"
    millimetre = screen["width_px"] / screen["width_mm"]
    if not 1.5 <= millimetre <= 20:
        yield (_line_of(text, "screen", "width_mm"),
               f"[screen] width_mm: {millimetre:.2f} pixels a millimetre is no panel; "
               "measure the visible width of the picture as the resident sees it")
    for section, kind in (("reader", "pcsc"), ("receipt", "usb"), ("code_reader", "serial"), ("camera", "v4l2")):
        if values[section]["kind"] == kind and not values[section]["usb"] and board["hardware"] != "emulated":
            yield (_line_of(text, section),
                   f"[{section}] needs usb = the ids it may have: USBGuard blocks what no board.toml names")
    if values["printer"]["kind"] == "ipp" and not values["printer"]["uri"]:
        yield _line_of(text, "printer"), "[printer] needs uri, or kind = \"none\""
    if values["terminal"]["kind"] == "nexo" and not values["terminal"]["url"]:
        yield _line_of(text, "terminal"), "[terminal] needs url, or kind = \"none\""
    if board["boot"] == "systemd-boot" and any(values["loader"].values()):
        yield _line_of(text, "loader"), "[loader] is for boards that start with U-Boot; systemd-boot comes by itself"
    if values["firmware"]["files"] and not values["firmware"]["packages"]:
        yield _line_of(text, "firmware", "files"), "[firmware] needs packages = the Debian packages that these files are in"
    if board["boot"] == "u-boot" and board["arch"] != "arm64":
        yield _line_of(text, "board", "boot"), "[board] boot: U-Boot is for arm64 boards; amd64 starts with systemd-boot"


def check(text, folder, where):
    """The values of a board.toml with every fallback filled in, or Trouble with every complaint, one a line."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Trouble(f"{where}: this is no TOML: {error}") from None
    values, wrong = {}, []
    for name in given.keys() - SCHEMA.keys():
        wrong.append((_line_of(text, name), f"there is no section [{name}]" + _near(name, SCHEMA)))
    for name, keys in SCHEMA.items():
        if name not in given and any(rule.fallback is REQUIRED for rule in keys.values()):
            needed = ", ".join(key for key, rule in keys.items() if rule.fallback is REQUIRED)
            wrong.append((1, f"section [{name}] is missing (it needs {needed})"))
            continue
        values[name], complaints = _section(name, given.get(name, {}), text)
        wrong += complaints
    if not wrong:
        wrong = list(_together(values, text, folder))
    if wrong:
        raise Trouble("\n".join(f"{where}:{line}: {what}" for line, what in sorted(wrong)))
    return values


def load(name, boards=BOARDS):
    path = boards / name / "board.toml"
    if not path.is_file():
        known = sorted(found.parent.name for found in boards.glob("*/board.toml"))
        raise Trouble(f"there is no board '{name}'" + _near(name, known))
    return Board(name, path.parent, check(path.read_text("utf-8"), name, f"boards/{name}/board.toml"))
