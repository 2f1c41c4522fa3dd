"""What a visit on a virtual kiosk needs before it begins: the demo's pictures, and the kiosk's settings."""

import json
import pathlib
import shutil
import subprocess
import sys
import tomllib

import city_rig
import kiosk as kiosk_of_demo
import machine

ROOT = city_rig.ROOT
# Everything else in /data/kiosk is for all.
_OWNERS = {"terminal.key": "kioskd", "audit.key": "kioskd", f"{city_rig.KIOSK_ID}.key": "kiosk-link"}
_SERVICES = "kiosk-keys kiosk-link kiosk-call kioskd"


def play_demo(build, out):
    """On a kiosk with what the virtual one has: no receipt printer."""
    done = subprocess.run([sys.executable, ROOT / "tools/demo.d/main.py", "--auto", "--fault", "no_receipt_printer",
                           "--build", build, "--out", out], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise machine.Lost(f"tools/demo ended with {done.returncode}: {done.stdout[-400:]}{done.stderr[-400:]}")


def draw_setup(build, screens, out):
    """The first start's screens, as kiosk-ui draws them, beside those of the demo."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    said = subprocess.run([build / "bin/screen-gallery", "--lang", "ja"], check=True, capture_output=True).stdout
    wanted = [screen for screen in json.loads(said) if screen["name"].startswith("setup_") or screen["name"] == "service_testing"]
    (out / "setup.json").write_text(json.dumps(wanted, ensure_ascii=False), "utf-8")
    # The fonts are this machine's, as in the demo.
    panel = tomllib.loads((ROOT / "boards/qemu-x86_64/board.toml").read_text("utf-8"))["screen"]
    size = {("screen", key): panel[key] for key in ("width_px", "height_px", "width_mm")}
    (out / "panel.toml").write_text(kiosk_of_demo.toml(size), "ascii")
    subprocess.run([build / "bin/kiosk-ui", "--config", out / "panel.toml", "--preview", out / "setup.json",
                    "--png", out / "screens", "--layout", out / "layout.jsonl"], check=True)
    screens.add(out / "screens", out / "layout.jsonl")


def put_settings(console, rig, more=()):
    """kiosk.toml and the keys that it names, through the developer variant's console; the services read it anew."""
    found = rig.settings() | dict(more)
    console.run("until [ -e /data/kiosk/kiosk.toml ]; do sleep 1; done", 200)
    files = {}
    for key, value in found.items():
        if isinstance(value, str) and value.startswith("/") and pathlib.Path(value).is_file():
            name = "audit.key" if "/audit/" in value else pathlib.Path(value).name
            files[name] = pathlib.Path(value).read_bytes()
            found[key] = f"/data/kiosk/{name}"
    files["kiosk.toml"] = kiosk_of_demo.toml(found).encode()
    for name, data in files.items():
        console.write(f"/data/kiosk/{name}", data, _OWNERS.get(name, "root"), 0o600 if name in _OWNERS else 0o644)
    console.run(f"systemctl restart {_SERVICES}", 200)
