#!/usr/bin/env python3
"""Stands for somebody else's set-up: a running pcscd with a card in it that the demo knows nothing of.

    with-pcscd foreign_card.py --build DIR --out DIR

Makes a card with a CA and a holder of its own, puts it on the reader, starts tools/demo --card external with the
holder's data, and takes the card away when the demo says so. Output and exit code are the demo's.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLDER = {"name": "渡邉\U000E0102　健太", "address": "大阪府豊中市本町九丁目９番９号", "birth": "19790305", "sex": 1,
          "subject": ""}
PIN = "4082"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    given.out.mkdir(parents=True)
    # What the demo must not need: it has to find the reader by itself.
    vpcd = f"127.0.0.1:{os.environ.pop('VPCD_PORT')}"

    (given.out / "holder.json").write_text(json.dumps(HOLDER), "utf-8")
    command = [given.build / "bin/emulator-card", "--state", given.out / "card", "--holder", given.out / "holder.json",
               "--pin", PIN]
    card_hash = subprocess.run([*command, "--ca-out", given.out / "ca.pem", "--print-auth-sha256"], check=True,
                               capture_output=True, text=True).stdout.strip()
    # The seven fields that are enough.
    (given.out / "residents.json").write_text(json.dumps([{
        "id": "somebody", "auth_certificate_sha256": card_hash, "name": HOLDER["name"], "kana": "ワタナベ　ケンタ",
        "birth": "1979-03-05", "sex": "male", "address": HOLDER["address"]}]), "utf-8")

    with subprocess.Popen([*command, "--vpcd", vpcd, "--inserted"], stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.DEVNULL) as card:
        demo = subprocess.Popen(
            [ROOT / "tools/demo", "--auto", "--build", given.build, "--out", given.out / "demo", "--card", "external",
             "--card-ca", given.out / "ca.pem", "--residents", given.out / "residents.json", "--pin", PIN],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        for line in demo.stdout:
            sys.stdout.write(line)
            if line.startswith("card: take it"):
                card.stdin.write("remove\n")
                card.stdin.flush()
        code = demo.wait()
        card.stdin.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
