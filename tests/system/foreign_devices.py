#!/usr/bin/env python3
"""Stands for somebody else's set-up: devices that the demo knows nothing of but their addresses.

    with-pcscd foreign_devices.py --build DIR --out DIR all|card

all   card, printer and terminal. The card is of our house, with a CA and a holder of its own, and its owner takes it
      when the demo asks for that
card  a card alone, of another make (foreign_card/). Nobody ever takes it off the reader

Starts tools/demo with them and does what the demo asks their owner to do. Output and exit code are the demo's, unless
a device saw something else than the demo says.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys

from foreign_card import issuer

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLDER = {"name": "辻\U000E0102　健太", "address": "大阪府豊中市本町九丁目９番９号", "birth": "19790305", "sex": 1,
          "subject": ""}
PIN = "4082"


class Device:
    """A program that is a device, as its owner handles it."""

    def __init__(self, stack, *command):
        self._process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        stack.callback(self._end)
        self.ready = self._process.stdout.readline().split()

    def say(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def last_words(self):
        """Ends it and gives the lines that nobody has read."""
        self._process.stdin.close()
        return self._process.stdout.read().splitlines()

    def _end(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def address(self):
        return next(word for word in self.ready if "://" in word)


class AllDevices:
    def __init__(self, stack, bin_dir, out, vpcd):
        self._out = out
        (out / "holder.json").write_text(json.dumps(HOLDER), "utf-8")
        command = [bin_dir / "emulator-card", "--state", out / "card", "--holder", out / "holder.json", "--pin", PIN]
        self.card_hash = subprocess.run([*command, "--ca-out", out / "ca.pem", "--print-auth-sha256"], check=True,
                                        capture_output=True, text=True).stdout.strip()
        self._card = Device(stack, *command, "--vpcd", vpcd, "--inserted")
        self._printer = Device(stack, bin_dir / "emulator-printer", "--port", "0", "--tray", out / "tray")
        self._terminal = Device(stack, bin_dir / "emulator-terminal", "--port", "0")

    def options(self):
        return ["--printer", self._printer.address(), "--terminal", self._terminal.address()]

    def obey(self, line):
        if line.startswith("card: take it"):
            self._card.say("remove")
        elif line.startswith("terminal: pay"):
            self._terminal.say("tap")

    def objection(self, demo):
        """What is not as the demo says, or nothing."""
        tray = [path.read_bytes() for path in sorted((self._out / "tray").glob("*.pdf"))]
        if tray != [(demo / "certificate.pdf").read_bytes()]:
            return f"certificate.pdf is not what the printer has in its tray ({len(tray)} documents)"
        return None


class CardOfAnotherMake:
    def __init__(self, stack, _bin_dir, out, vpcd):
        self.card_hash = issuer.issue(out)
        program = ROOT / "tests/system/foreign_card/card_on_reader.py"
        self._card = Device(stack, sys.executable, program, "--vpcd", vpcd, "--card", out, "--pin", PIN)

    def options(self):
        return []

    def obey(self, line):
        """Nobody is there."""

    def objection(self, demo):
        """What is not as the demo says, or nothing."""
        said = self._card.last_words()
        apdus = [line for line in said if line.startswith("apdu ")]
        reported = json.loads((demo / "visit.json").read_text("utf-8"))["apdus"]
        if len(apdus) != reported:
            return f"the card counts {len(apdus)} APDUs and the kiosk {reported}: {said}"
        return None


SET_UPS = {"all": AllDevices, "card": CardOfAnotherMake}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("set_up", choices=SET_UPS)
    given = arguments.parse_args()
    out = given.out
    out.mkdir(parents=True)
    # The demo has to find the reader by itself.
    vpcd = f"127.0.0.1:{os.environ.pop('VPCD_PORT')}"
    with contextlib.ExitStack() as stack:
        devices = SET_UPS[given.set_up](stack, given.build / "bin", out, vpcd)
        # The seven fields that are enough for the city.
        (out / "residents.json").write_text(json.dumps([{
            "id": "somebody", "auth_certificate_sha256": devices.card_hash, "name": HOLDER["name"],
            "kana": "ツジ　ケンタ", "birth": "1979-03-05", "sex": "male", "address": HOLDER["address"]}]), "utf-8")
        demo = subprocess.Popen(
            [ROOT / "tools/demo", "--auto", "--build", given.build, "--out", out / "demo", "--card", "external",
             "--card-ca", out / "ca.pem", "--residents", out / "residents.json", "--pin", PIN, *devices.options()],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        for line in demo.stdout:
            sys.stdout.write(line)
            devices.obey(line)
        code = demo.wait()
        objection = devices.objection(out / "demo") if code == 0 else None
    if objection:
        print(objection)
    return 1 if objection else code


if __name__ == "__main__":
    sys.exit(main())
