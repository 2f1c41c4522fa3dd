#!/usr/bin/env python3
"""U-Boot and boot.cmd choose and count in a virtual kiosk: a slot on trial whose kernel image is broken, one that has no start
left, no state at all.

    tests/images/u_boot_slots.py IMAGE_DIR [--keys DIR]

IMAGE_DIR is what images/build made for qemu-arm64-u-boot. Prints one line a case.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile

import machine
import image
import roots
from chamber import Chamber

ESP_AT = 1 << 20
WHOLE, NO_PROGRAM, CRASHES = range(3)
# (what it is, slots.env, slot b's kernel image, what U-Boot must say in this order, slots.env afterwards)
CASES = [
    ("a new slot that is no program", "kiosk_order=b a\nkiosk_a=good\nkiosk_b=2\n", NO_PROGRAM,
     ["slot b (1)", "slot a (good)"], {"kiosk_b": "1", "kiosk_a": "good", "kiosk_order": "b a"}),
    ("a new slot that crashes at once", "kiosk_order=b a\nkiosk_a=good\nkiosk_b=3\n", CRASHES,
     ["slot b (2)", "slot b (1)", "slot b (0)", "slot a (good)"], {"kiosk_b": "0", "kiosk_a": "good", "kiosk_order": "b a"}),
    ("a new slot that starts", "kiosk_order=b a\nkiosk_a=good\nkiosk_b=3\n", WHOLE,
     ["slot b (2)"], {"kiosk_b": "2", "kiosk_a": "good", "kiosk_order": "b a"}),
    ("a new slot without starts", "kiosk_order=b a\nkiosk_a=good\nkiosk_b=0\n", WHOLE,
     ["slot a (good)"], {"kiosk_b": "0", "kiosk_a": "good", "kiosk_order": "b a"}),
    ("no state", "", WHOLE, ["slot a (good)"], {}),
    ("no slot left", "kiosk_order=b a\nkiosk_a=0\nkiosk_b=0\n", WHOLE, ["slot b (none)"], {"kiosk_b": "0", "kiosk_a": "0"}),
]


class Disk:
    """The first partition of a switched off machine's disk."""

    def __init__(self, folder):
        self.folder = folder
        self._shop = Chamber(roots.workshop().make().path, {"/machine": (folder, "rw")})
        self._drive = f"/machine/disk.img@@{ESP_AT}"

    def put(self, name, data):
        (self.folder / "put").write_bytes(data)
        self._shop.run(["mcopy", "-o", "-i", self._drive, "/machine/put", f"::{name}"])

    def take(self, name):
        (self.folder / "taken").unlink(missing_ok=True)
        self._shop.run(["mcopy", "-i", self._drive, f"::{name}", "/machine/taken"])
        return (self.folder / "taken").read_bytes()


def play(kiosk, disk, kernel, case):
    """Nothing, or what was wrong."""
    _, state, kind, says, after = case
    zeros = bytes(len(kernel) - image.BLOCK)
    disk.put("EFI/Linux/kiosk-b.efi", {WHOLE: kernel, NO_PROGRAM: zeros, CRASHES: kernel[:image.BLOCK] + zeros}[kind])
    disk.put("slots.env", state.encode("ascii"))
    kiosk.switch_on()
    try:
        for words in says:
            found = kiosk.expect(r"madoguchi: starting (slot . \(\w+\))", 120)[1]
            if found != words:
                return f"U-Boot started {found}, not {words}"
        kiosk.expect(r"Booting /EFI", 60)
    finally:
        kiosk.pull_the_plug()
    found = dict(re.findall(r"^(\w+)=(.*)$", disk.take("slots.env").decode("ascii").replace("\0", ""), re.MULTILINE))
    wrong = {name: found.get(name) for name, value in after.items() if found.get(name) != value}
    return f"slots.env says afterwards {wrong}, not {after}" if wrong else None


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--keys", type=pathlib.Path, default=roots.cache_folder() / "developer-keys")
    options = parser.parse_args(words)
    made = json.loads((options.image / "image.json").read_text("utf-8"))
    kernel = (options.image / "kiosk.efi").read_bytes()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with machine.Machine.new(folder, options.image / made["image"], options.keys, board=made["board"]) as kiosk:
            disk = Disk(folder)
            for case in CASES:
                try:
                    wrong = play(kiosk, disk, kernel, case)
                except machine.Lost as lost:
                    wrong = str(lost)
                failed += wrong is not None
                print(f"{'FAIL' if wrong else 'ok  '} {case[0]}" + (f": {wrong}" if wrong else ""), flush=True)
    print(f"{len(CASES) - failed} of {len(CASES)} cases of U-Boot's slots")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
