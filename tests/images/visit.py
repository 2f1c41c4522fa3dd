#!/usr/bin/env python3
"""A resident gets a certificate from a virtual kiosk: the image boots with Secure Boot and a TPM, a My Number card is laid
on its USB reader, the glass is touched, the terminal is paid, paper comes out of the printer.

    tests/images/visit.py IMAGE_DIR --build DIR [--keys DIR] [--keep DIR] [--played DIR]

IMAGE_DIR is what images/build made (the developer variant: its console takes the kiosk's settings), --build a build of this
checkout with the city's programs. --played: what tools/demo --auto --out wrote; made when it is not given.
"""

import argparse
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import city_rig
import first_screen
import machine
import png
import resident
import roots
import kiosk as kiosk_of_demo
import scenario

ROOT = city_rig.ROOT
PROMPT = "madoguchi# "


def play_demo(build, out):
    done = subprocess.run([sys.executable, ROOT / "tools/demo.d/main.py", "--auto", "--build", build, "--out", out],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise machine.Lost(f"tools/demo ended with {done.returncode}: {done.stdout[-400:]}{done.stderr[-400:]}")


def put_settings(kiosk, rig):
    """kiosk.toml and the keys that it names, through the developer variant's console."""
    settings = rig.settings()
    files = {}
    for key, value in settings.items():
        if isinstance(value, str) and value.startswith("/") and pathlib.Path(value).is_file():
            name = pathlib.Path(value).name
            files[f"/data/kiosk/{name}"] = pathlib.Path(value).read_bytes()
            settings[key] = f"/data/kiosk/{name}"
    files["/data/kiosk/kiosk.toml"] = kiosk_of_demo.toml(settings).encode()
    for path, data in files.items():
        text = base64.b64encode(data).decode()
        kiosk.say(f": > {path}.b64")
        kiosk.expect(PROMPT)
        for at in range(0, len(text), 512):
            kiosk.say(f"echo {text[at:at + 512]} >> {path}.b64")
            kiosk.expect(PROMPT)
        owner = "kioskd" if path.endswith(("terminal.key", "audit.key")) or "audit" in path else "root"
        kiosk.say(f"base64 -d {path}.b64 > {path}.new; rm {path}.b64; chmod 644 {path}.new; mv {path}.new {path} # {owner}")
        kiosk.expect(PROMPT)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--keys", type=pathlib.Path, default=roots.cache_folder() / "developer-keys")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--played", type=pathlib.Path)
    options = parser.parse_args(words)
    disk = options.image / json.loads((options.image / "image.json").read_text("utf-8"))["image"]
    with tempfile.TemporaryDirectory() as own:
        keep = options.keep or pathlib.Path(own)
        keep.mkdir(parents=True, exist_ok=True)
        played = options.played or keep / "played"
        if not (played / "screens").is_dir():
            play_demo(options.build, played)
        screens = resident.Screens(played)
        rig = city_rig.CityRig((options.build / "bin").resolve(), keep / "rig")
        rig.start()
        try:
            with machine.Machine(keep / "machine", disk, options.keys) as kiosk:
                return visit(kiosk, rig, screens, keep)
        finally:
            rig.close()


def visit(kiosk, rig, screens, keep):
    kiosk.switch_on()
    rig.card_wire.plug_in(kiosk.folder / "card")
    seconds, _ = kiosk.watch(first_screen.of_kiosk_ui, 600)
    print(f"first screen after {seconds:.1f} s", flush=True)
    kiosk.say("")
    kiosk.expect(PROMPT, 300)
    kiosk.say("until mountpoint -q /data; do sleep 1; done; stty -echo")
    kiosk.expect(PROMPT, 120)
    put_settings(kiosk, rig)
    print("settings written", flush=True)
    table = scenario.base("ja", city_rig.PIN, own_card=True, own_terminal=True, own_printer=True)
    person = resident.Resident(kiosk, screens, table, rig.hand)
    try:
        person.until("goodbye", 300)
    finally:
        (keep / "glass").mkdir(exist_ok=True)
        for name, picture in person.pictures.items():
            png.write(keep / "glass" / f"{name}.png", picture)
        for at, name in person.seen:
            print(f"  {at:7.1f} s  {name}", flush=True)
    papers = rig.printer.accepted()
    ledger = rig.ledger()
    print(f"papers {len(papers)}, yen {ledger['net_yen']}, APDUs {rig.card_wire.apdus}")
    return 0 if len(papers) == 1 and ledger["net_yen"] > 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except machine.Lost as lost:
        print(f"visit: {lost}", file=sys.stderr)
        sys.exit(1)
