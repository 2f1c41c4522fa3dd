#!/usr/bin/env python3
"""An image boots in a virtual kiosk with Secure Boot and a TPM to its first screen, and what is on the glass is compared
pixel by pixel with what kiosk-ui draws of the same board.toml on this machine.

    tests/images/first_screen.py IMAGE_DIR KEYS_DIR [--expected PNG] [--keep DIR]

IMAGE_DIR is what images/build made. Prints one line a check and the seconds from power to picture.
"""

import argparse
import json
import pathlib
import sys
import tempfile

import machine
import png

# kiosk-ui's paper: nothing of a firmware or a kernel has it.
PAPER_SHARE = 0.3


def of_kiosk_ui(picture):
    """A picture of the panel's size of which a large part is one bright colour: no boot text is like that."""
    if (picture.width, picture.height) != (1080, 1920):
        return False
    colours = picture.colours()
    colour, count = max(colours.items(), key=lambda found: found[1])
    return min(colour) > 200 and count > PAPER_SHARE * sum(colours.values())


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("keys", type=pathlib.Path)
    parser.add_argument("--expected", type=pathlib.Path, help="a PNG; without it only the layout of colours is looked at")
    parser.add_argument("--keep", type=pathlib.Path, help="machine's folder; the picture is written to it as glass.png")
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args(words)
    disk = options.image / json.loads((options.image / "image.json").read_text("utf-8"))["image"]
    with tempfile.TemporaryDirectory() as own:
        with machine.Machine(options.keep or own, disk, options.keys) as kiosk:
            kiosk.switch_on()
            seconds, picture = kiosk.watch(of_kiosk_ui, options.seconds)
            print(f"first screen after {seconds:.1f} s")
            if options.keep:
                png.write(options.keep / "glass.png", picture)
            if options.expected:
                differ = picture.differing(png.read(options.expected))
                print(f"{100 * differ:.3f} % of the pixels differ from {options.expected.name}")
                return 0 if differ < 0.001 else 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except machine.Lost as lost:
        print(f"first_screen: {lost}", file=sys.stderr)
        sys.exit(1)
