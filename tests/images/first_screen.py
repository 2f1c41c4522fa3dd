#!/usr/bin/env python3
"""An image boots in a virtual kiosk with Secure Boot and a TPM to its first screen, and what is on the glass is compared
pixel by pixel with what the same kiosk-ui, taken out of the image, draws of that screen into a file.

    tests/images/first_screen.py IMAGE_DIR [--keys DIR] [--keep DIR] [--seconds N]

IMAGE_DIR is what images/build made for a board that QEMU can be (machine.CABINETS). Prints one line a check and the seconds
from power to picture, and how many of them the firmware took.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import machine      # also finds the modules of images/build
import board as boards
import emulation
import image
import png
import roots
from chamber import Chamber

HERE = pathlib.Path(__file__).resolve().parent

# kiosk-ui's paper: nothing of a firmware or a kernel has it.
PAPER_SHARE = 0.3


# What AAVMF and OVMF say when they start the boot loader; what our script says in U-Boot.
LOADER_STARTS = ("BdsDxe: starting ", "madoguchi: starting slot ")


def of_kiosk_ui(picture):
    """A picture of the panel's size of which a large part is one bright colour: no boot text is like that."""
    if (picture.width, picture.height) not in ((1080, 1920), (1920, 1080)):
        return False
    colours = picture.colours()
    colour, count = max(colours.items(), key=lambda found: found[1])
    return min(colour) > 200 and count > PAPER_SHARE * sum(colours.values())


class Start:
    """A machine that starts: looks at the glass, and notes meanwhile when the firmware is done."""

    def __init__(self, kiosk):
        self._kiosk = kiosk
        self.firmware_s = None

    def wait_for_loader(self):
        self._kiosk.expect("|".join(LOADER_STARTS), 120)
        self.firmware_s = time.monotonic() - self._kiosk.began

    def shows(self, picture):
        if self.firmware_s is None and any(words in self._kiosk.said for words in LOADER_STARTS):
            self.firmware_s = time.monotonic() - self._kiosk.began
        return of_kiosk_ui(picture)


def expected(made, folder, arch):
    """The starting screen, drawn by the image's own kiosk-ui with its own libraries and fonts."""
    if arch != roots.machine_arch():
        emulation.make_ready(arch)
    Chamber(roots.workshop().make().path, {"/image": (made, "ro"), "/made": (folder, "rw")}).run(
        image.unpack_root("/image/root.img", "/made/root"))
    root = folder / "root"
    drawn = folder / "drawn"
    drawn.mkdir()
    # The image is read-only on a kiosk; here it is a copy.
    Chamber(root, {"/run/screens": (HERE, "ro"), "/run/drawn": (drawn, "rw")}).run(
        ["/usr/lib/madoguchi/kiosk-ui", "--config", "/usr/share/madoguchi/board.toml", "--preview",
         "/run/screens/starting.json", "--png", "/run/drawn/starting.png"])
    return png.read(drawn / "starting.png")


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--keys", type=pathlib.Path, default=roots.cache_folder() / "developer-keys",
                        help="what the image was signed with (default: this machine's developer keys)")
    parser.add_argument("--keep", type=pathlib.Path, help="machine's folder; the picture is written to it as glass.png")
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args(words)
    made = json.loads((options.image / "image.json").read_text("utf-8"))
    board = boards.load(made["board"])
    if board.name not in machine.CABINETS:
        print(f"first_screen: QEMU cannot be a {board.name}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as own:
        with machine.Machine.new(options.keep or own, options.image / made["image"], options.keys,
                                 board=board.name) as kiosk:
            kiosk.switch_on()
            start = Start(kiosk)
            if board["board"]["boot"] == "u-boot":
                # QEMU's own pictures of U-Boot's time stop the machine now and then.
                start.wait_for_loader()
            seconds, picture = kiosk.watch(start.shows, options.seconds)
            after = f", {seconds - start.firmware_s:.1f} s after the firmware was done" if start.firmware_s else ""
            after += f"; QEMU computed {kiosk.computed_s():.1f} s of them"
            print(f"{board.name}: first screen after {seconds:.1f} s{after}")
            if options.keep:
                png.write(options.keep / "glass.png", picture)
        # kiosk-ui turned it for the panel; whoever stands before the panel sees it turned back.
        seen = picture.turned(-board["screen"]["rotation"] % 360)
        differ = seen.differing(expected(options.image, pathlib.Path(own), board["board"]["arch"]))
        print(f"{100 * differ:.3f} % of the pixels differ from what kiosk-ui draws")
    return 0 if differ == 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except machine.Lost as lost:
        print(f"first_screen: {lost}", file=sys.stderr)
        sys.exit(1)
