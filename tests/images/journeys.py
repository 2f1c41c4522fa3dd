"""What a kiosk lives through when all goes well: first screen, first boot, enrolment, a certificate, an update. Each function takes
the Stage, most also a copy of its kiosk, and gives a figure for the report; machine.Lost says what did not come.
"""

import json
import shutil
import subprocess
import sys
import time

import city_rig
import hazards
import machine
import png
import resident
import settings
from console import Console

ROOT = city_rig.ROOT
# A kiosk that nobody has set hours for is closed at night, and tests are played then, too.
ALWAYS = "00:00-24:00"


def first_screen(stage):
    """Of the release; of the developer variant in the subset, which makes no release."""
    image = stage.image_a if stage.quick else stage.release
    done = subprocess.run([sys.executable, ROOT / "tests/images/first_screen.py", image, "--keep",
                           stage.folder / "first-screen"], capture_output=True, text=True, check=False)
    hazards.require(done.returncode == 0, f"{done.stdout.strip()} {done.stderr.strip()}")
    return done.stdout.strip().replace("\n", ", ")


def first_boot(stage):
    """A release from the medium to its first certificate: flashed with a provision.toml, it enrols itself with a key that
    its TPM makes, tests itself and is opened by one touch."""
    folder = stage.folder / "machines/first_boot"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    image = stage.release / json.loads((stage.release / "image.json").read_text("utf-8"))["image"]
    unit = stage.rig.enrolment("kiosk-100", "umeda") | {"service_hours": ALWAYS}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in unit.items())
    (folder / "units.toml").write_text(f"[[unit]]\n{lines}", "utf-8")
    with machine.Machine.flashed(folder, image, stage.keys, folder / "units.toml") as kiosk:
        try:
            kiosk.switch_on()
            stage.plug_in(kiosk)
            maintainer = resident.Resident(kiosk, stage.screens, {"setup_done": "press end"}, stage.rig.hand)
            maintainer.until("welcome", 400, first=None)
            ready = maintainer.seen[-1][0]
            hazards.require("setup_done" in maintainer.pictures, "no self-test was shown")
            png.write(stage.folder / "glass-setup_done.png", maintainer.pictures["setup_done"])
            stage.rig.pay_at(stage.rig.boards_terminal)
            figure = stage.play(kiosk, "first_boot")
            left = hazards.files_on_esp(kiosk)
            hazards.require("provision" not in left.lower(), f"the enrolment code is still on the medium: {left}")
        finally:
            stage.rig.pay_at(stage.rig.terminal)
            if kiosk.is_on:
                png.write(folder / "glass.png", kiosk.look())
            kiosk.pull_the_plug()
            kiosk.disk.unlink()
    return f"in service {ready:.0f} s after the first power, by itself but for one touch; {figure}"


def enrol_and_erase(stage):
    """A maintainer enrols a new kiosk with kioskctl, and gives it away again: certificate, key and data go for good."""
    folder = stage.folder / "machines/enrol_and_erase"
    shutil.rmtree(folder, ignore_errors=True)
    disk = stage.image_a / json.loads((stage.image_a / "image.json").read_text("utf-8"))["image"]
    with machine.Machine.new(folder, disk, stage.keys) as kiosk:
        try:
            kiosk.switch_on()
            stage.plug_in(kiosk)
            console = Console(kiosk).wait()
            console.run("until systemctl -q is-active kioskd kiosk-keys kiosk-link; do sleep 1; done", 200)
            console.run(f"sed -i 's/^\\[kiosk\\]$/&\\nservice_hours = \"{ALWAYS}\"/' /data/kiosk/kiosk.toml && systemctl restart kioskd")
            said = console.run(f"kioskctl enrol --qr '{stage.rig.ticket('kiosk-101', 'umeda')}'", 200)
            hazards.require("enrolled, kiosk-101" in said, f"kioskctl enrol says: {said}")
            maintainer = resident.Resident(kiosk, stage.screens, {"setup_place": "press here", "setup_done": "press end"},
                                           stage.rig.hand)
            maintainer.until("welcome", 400, first=None)
            status = console.run("kioskctl status", check=False)
            hazards.require("identity     enrolled, kiosk-101, key in tpm" in status, f"kioskctl status says: {status}")
            before = console.run("cryptsetup luksUUID /dev/kiosk/data; ls /data/kioskd/journal.sqlite")
            kiosk.say("kioskctl erase --yes")
            console, _ = hazards.started(kiosk, 300)
            maintainer.until("setup_language", 400, first=None)
            after = console.run("cryptsetup luksUUID /dev/kiosk/data; ls /data/kioskd/journal.sqlite", check=False)
            hazards.require(before.split()[0] != after.split()[0] and "No such file" in after, f"the data are still there: {after}")
            status = console.run("kioskctl status", check=False)
            hazards.require("identity     none" in status, f"kioskctl status says: {status}")
        finally:
            if kiosk.is_on:
                png.write(folder / "glass.png", kiosk.look())
            kiosk.pull_the_plug()
            kiosk.disk.unlink()
    return f"in service {maintainer.seen[0][0]:.0f} s after power; erased, and asks to be set up again"


def certificate(stage, kiosk):
    kiosk.switch_on()
    stage.plug_in(kiosk)
    console = Console(kiosk).wait()
    served = hazards.in_service(kiosk, stage)
    return f"{hazards.screen_came(console)}, in service {served:.0f} s after power; {stage.play(kiosk, 'before')}"


def update_and_certificate(stage, kiosk):
    figure = hazards.update(stage, kiosk)
    visit = stage.play(kiosk, "after")
    return f"{figure}; {visit}; {hazards.older_after_update(stage, kiosk)}"


def update_streamed(stage, kiosk):
    """The gateway's update, of which RAUC fetches only the blocks that the kiosk does not have."""
    kiosk.switch_on("-object", "filter-dump,id=wire,netdev=net,file=/machine/wire.pcap")
    stage.plug_in(kiosk)
    console = Console(kiosk).wait()
    settings.put_settings(console, stage.rig, {("ddi", "server"): "gateway", ("ddi", "poll_s"): 10})
    console = hazards.next_start(kiosk, "b", 1200)
    hazards.until_kept(kiosk, stage, console)
    moved, whole = (kiosk.folder / "wire.pcap").stat().st_size, next(stage.image_b.glob("*.raucb")).stat().st_size
    return f"{moved / 1e6:.1f} MB came over the wire, all told, for a bundle of {whole / 1e6:.1f} MB"


def update_from_stick(stage, kiosk):
    """A maintainer plugs in a stick with the new release, and does nothing else."""
    bundle = next(stage.image_b.glob("*.raucb"))
    stick = kiosk.folder / "stick.img"
    sectors = (bundle.stat().st_size >> 9) + (64 << 11)
    hazards.mtools("mformat", "-C", "-F", "-T", sectors, "-h", 64, "-s", 32, "-i", stick, "::")
    hazards.mtools("mcopy", "-i", stick, bundle, f"::{bundle.name}")
    kiosk.switch_on("-drive", f"file=/machine/{stick.name},if=none,id=stick,format=raw")
    stage.plug_in(kiosk)
    Console(kiosk).wait()
    hazards.in_service(kiosk, stage)
    kiosk.ask("device_add", driver="usb-storage", id="stick", drive="stick", bus="usb.0")
    began = time.monotonic()
    console = hazards.next_start(kiosk, "b", 900)
    hazards.until_kept(kiosk, stage, console)
    return f"kept by the self-test {time.monotonic() - began:.0f} s after the stick was plugged in"
