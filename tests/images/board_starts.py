"""Boards besides the one that lives through everything: each one's image is made and taken apart, and started where QEMU can
be the board."""

import pathlib
import subprocess
import sys

import hazards
import machine
import emulation
import roots
import board as boards
from trouble import Trouble

HERE = pathlib.Path(__file__).resolve().parent
# Name of the test, and its board.
TESTS = {"arm64_first_screen": "qemu-arm64", "arm64_u_boot_first_screen": "qemu-arm64-u-boot", "pc_first_screen": "pc-x86_64",
         "cm4_structure": "raspberrypi-cm4"}


def _ran(words):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    hazards.require(done.returncode == 0, f"{pathlib.Path(words[1]).name}: {done.stdout.strip()[-900:]} {done.stderr.strip()[-600:]}")
    return done.stdout.strip().splitlines()


def play(stage, board):
    """The figures of the board's image, and of its start."""
    arch = boards.load(board)["board"]["arch"]
    if arch != roots.machine_arch():
        try:
            emulation.make_ready(arch)
        except Trouble as trouble:
            raise machine.Skipped(str(trouble)) from None
    out = stage.folder / board
    if not stage.images_made:
        _ran(["bash", HERE.parents[1] / "images/build", board, "--version", stage.version_a, "--out", out])
    figures = _ran([sys.executable, HERE / "structure.py", out])[-1:]
    if board in machine.CABINETS:
        figures += _ran([sys.executable, HERE / "first_screen.py", out, "--keep", stage.folder / f"{board}-machine",
                         "--seconds", 600])
        (stage.folder / f"{board}-machine/disk.img").unlink()
        if boards.load(board)["board"]["boot"] == "u-boot":
            figures += _ran([sys.executable, HERE / "u_boot_slots.py", out])[-1:]
    return "; ".join(figures)
