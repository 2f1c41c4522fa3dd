#!/usr/bin/env python3
"""Who may include what (docs/architecture.md). Two tables: folders of the project, and third-party headers."""

import re
import sys

import tree

FIRMWARE = "firmware/"
CORE = ["firmware/base", "firmware/message", "firmware/crypto"]
SERVICES = ["firmware/identity", "firmware/certificate", "firmware/payment", "firmware/journal", "firmware/help",
            "firmware/queue"]

# Folder -> folders of the project that its files may include besides themselves. The longest folder counts; a file in
# none of them (tests, say) may include anything of the project.
MAY_INCLUDE = {
    "firmware/base": [],
    "firmware/message": ["firmware/base"],
    "firmware/crypto": ["firmware/base"],
    **{service: [*CORE, "hal/api"] for service in SERVICES},
    "firmware/lesson": ["firmware/base", "firmware/message"],
    "firmware/consult": ["firmware/base", "firmware/message", "firmware/lesson"],
    "firmware/visit": [*CORE, *SERVICES, "firmware/lesson", "firmware/consult", "hal/api"],
    "firmware/update": [*CORE, "firmware/visit", "hal/api"],
    "firmware/link": CORE,
    "firmware/keys": [*CORE, "hal/api"],
    "firmware/call": ["firmware/base", "firmware/message"],
    "firmware/apps": ["firmware", "hal"],
    "hal/api": ["firmware/base"],
    "hal": ["firmware/base", "hal/api"],
    "hal/nfc": ["firmware/base", "firmware/message", "hal/api"],        # adr/0002
    "hal/terminal": ["firmware/base", "firmware/message", "firmware/crypto", "firmware/link", "hal/api"],  # adr/0003
    "ui": ["firmware/base", "firmware/message", "ui"],
    "tools/gateway": ["firmware/base", "firmware/message", "firmware/lesson", "tools/gateway"],
    "tools/campaign.d/preload": [],     # loaded into kioskd: nothing of the project may depend on it, nor it on that
    # An emulator must not share the firmware's idea of the wire: both could be wrong in the same way.
    "tools/emulators": ["firmware/base", "firmware/message"],
    "tools/emulators/pn532": ["firmware/base", "firmware/message", "tools/emulators/card",
                              "tools/emulators/pty.h"],  # the same card
}

# Header -> the folders that wrap the library. Headers that match none of these are the language's and the system's.
WRAPPED_IN = [
    (r"(mbedtls|psa)/", ["firmware/crypto", "firmware/link", "tools/vectors.d"]),
    (r"(winscard|wintypes|pcsclite|reader|PCSC/.*)\.h$", ["hal/pcsc"]),
    (r"nfc/", ["hal/nfc"]),
    (r"cups/", ["hal/ipp"]),
    (r"libusb", ["hal"]),
    (r"systemd/", ["hal/rauc"]),
    (r"tss2/", ["hal/tpm"]),
    (r"pappl/", ["tools/emulators/printer"]),
    (r"umockdev\.h", ["tools/emulators/receipt_printer"]),
    (r"SDL", ["ui"]),
    (r"(cairo|pango|hb|fontconfig|harfbuzz)", ["ui", "tools/gateway", "tools/emulators/receipt_printer"]),
    (r"unicode/", ["ui", "tools/gateway"]),
    (r"sqlite3\.h", ["firmware/journal", "tools/gateway/database", "tools/campaign.d/preload"]),
    (r"libpq", ["tools/gateway/database"]),
    (r"openssl/", ["firmware/call", "tools/gateway", "tools/emulators"]),     # adr/0019
    (r"gst/", ["firmware/call"]),
    (r"argon2\.h", ["tools/gateway/staff"]),
    (r"zstd\.h", ["tools/kioskctl"]),
    (r"qrencode\.h", ["tools/gateway", "ui"]),
    (r"X11/", ["tools/emulators/resident"]),
    (r"toml\+\+/", ["firmware/base", "tools"]),     # firmware/base/toml.h
    (r"CLI/", ["firmware/base", "tools"]),
    (r"nlohmann/", ["firmware/message", "tools"]),
    (r"boost/(asio|beast|system)", ["firmware/base", "firmware/call", "firmware/message", "firmware/link", "firmware/keys", "firmware/apps",
                                    "hal", "tools", "ui/app"]),
    (r"boost/", []),
    (r"CppU", []),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def owner(path, folders):
    """The longest of the folders that the path is in, or None."""
    return max((folder for folder in folders if inside(path, folder)), key=len, default=None)


def check_own(root, path, header):
    """A quoted include: from the repository's root, and downwards in the layers."""
    top = header.split("/")[0]
    if not (root / header).exists():
        if (root / path).parent.joinpath(header).exists() or ".." in header:
            return f'"{header}" is not written from the repository\'s root'
        return None if top == "generated" or "/" not in header else f'"{header}" does not exist'
    here = owner(path, MAY_INCLUDE)
    if here is None:
        return None
    # Siblings in hal/ and tools/emulators/ do not see each other, though one row of the table is for all of them.
    siblings = here in ("hal", "tools/emulators")
    own = path.rsplit("/", 1)[0] if siblings else here
    if any(inside(header, folder) for folder in (own, *MAY_INCLUDE[here])):
        return None
    if siblings and header.rsplit("/", 1)[0] == here:
        return None     # what lies in the parent folder itself is for all of them
    return f'{here} may not include "{header}" (it sees: {", ".join(MAY_INCLUDE[here]) or "nothing"})'


def check_third_party(path, header):
    if path.startswith("tests/"):
        return None
    for pattern, folders in WRAPPED_IN:
        if re.match(pattern, header):
            if any(inside(path, folder) for folder in folders):
                return None
            return f"<{header}> belongs in {' and '.join(folders) or 'tests'} only"
    return None


def check_asio(root, path, header):
    """boost/asio takes seconds to compile: a header that brings it along is for .cpp files of its own folder."""
    here, there = path.rsplit("/", 1)[0], header.rsplit("/", 1)[0]
    if path.startswith("tests/") or header == "firmware/base/asio.h" or not (root / header).is_file():
        return None
    inner = tree.without_comments(tree.read(root, header))
    brings = re.search(r'#\s*include\s*(<boost/asio\.hpp>|"firmware/base/asio\.h")', inner)
    if brings and here != there:
        return f'"{header}" brings Asio along, which is slow: its folder keeps it to itself'
    return None


def lint(root):
    for path in tree.files(root, tree.CPP):
        text = tree.without_comments(tree.read(root, path))
        for match in INCLUDE.finditer(text):
            quoted, angled = match.groups()
            name = str(path)
            what = (check_own(root, name, quoted) if quoted else check_third_party(name, angled)) or \
                check_asio(root, name, quoted or angled)
            if what:
                yield tree.Finding(path, tree.line_of(text, match.start()), what)


if __name__ == "__main__":
    sys.exit(tree.main(lint))
