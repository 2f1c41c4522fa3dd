#!/usr/bin/env python3
"""Stands for somebody else's set-up: card, printer and terminal that the demo knows nothing of but their addresses.

    with-pcscd foreign_devices.py --build DIR --out DIR

Starts a card with a CA and a holder of its own in the pcscd that runs here, a printer and a terminal; starts
tools/demo with them; and does what the demo asks their owner to do. Output and exit code are the demo's, unless the
printer's tray does not hold exactly the demo's certificate.pdf.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLDER = {"name": "辻\U000E0102　健太", "address": "大阪府豊中市本町九丁目９番９号", "birth": "19790305", "sex": 1,
          "subject": ""}
PIN = "4082"


class Device:
    """An emulator, as its owner handles it."""

    def __init__(self, stack, *command):
        self._process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        stack.callback(self._end)
        self.ready = self._process.stdout.readline().split()

    def say(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _end(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def address(self):
        return next(word for word in self.ready if "://" in word)


def make_card(card, out):
    """Its CA and the seven fields of its holder that are enough for the city."""
    card_hash = subprocess.run([*card, "--ca-out", out / "ca.pem", "--print-auth-sha256"], check=True,
                               capture_output=True, text=True).stdout.strip()
    (out / "residents.json").write_text(json.dumps([{
        "id": "somebody", "auth_certificate_sha256": card_hash, "name": HOLDER["name"], "kana": "ツジ　ケンタ",
        "birth": "1979-03-05", "sex": "male", "address": HOLDER["address"]}]), "utf-8")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    bin_dir, out = given.build / "bin", given.out
    out.mkdir(parents=True)
    # The demo has to find the reader by itself.
    vpcd = f"127.0.0.1:{os.environ.pop('VPCD_PORT')}"
    (out / "holder.json").write_text(json.dumps(HOLDER), "utf-8")
    card_command = [bin_dir / "emulator-card", "--state", out / "card", "--holder", out / "holder.json", "--pin", PIN]
    make_card(card_command, out)

    with contextlib.ExitStack() as stack:
        card = Device(stack, *card_command, "--vpcd", vpcd, "--inserted")
        printer = Device(stack, bin_dir / "emulator-printer", "--port", "0", "--tray", out / "tray")
        terminal = Device(stack, bin_dir / "emulator-terminal", "--port", "0")
        demo = subprocess.Popen(
            [ROOT / "tools/demo", "--auto", "--build", given.build, "--out", out / "demo", "--card", "external",
             "--card-ca", out / "ca.pem", "--residents", out / "residents.json", "--pin", PIN,
             "--printer", printer.address(), "--terminal", terminal.address()],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        for line in demo.stdout:
            sys.stdout.write(line)
            if line.startswith("card: take it"):
                card.say("remove")
            elif line.startswith("terminal: pay"):
                terminal.say("tap")
        code = demo.wait()
    tray = [path.read_bytes() for path in sorted((out / "tray").glob("*.pdf"))]
    if code == 0 and tray != [(out / "demo/certificate.pdf").read_bytes()]:
        print(f"certificate.pdf is not what the printer has in its tray ({len(tray)} documents)")
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
