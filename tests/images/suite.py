#!/usr/bin/env python3
"""The system tests: images are made, and virtual kiosks live through what can happen to them (hazards.py).

    tests/images/suite.py --build DIR [--out DIR] [--only NAME[,NAME]] [--all] [--images-made]

--build: a build of this checkout with the city's programs (build/release). --out keeps the images, the machines' serial
lines and pictures of the glass (default: out/system). --all: 200 power cuts in place of 20. One line a test; the last line
says how many passed and failed.
"""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import board_starts
import bundles
import city_rig
import first_screen
import hazards
import machine
import png
import resident
import roots
import scenario
import settings

from console import Console

ROOT = city_rig.ROOT
BOARD = "qemu-x86_64"
# The kiosk for which the gateway has an update.
STREAMED = city_rig.KIOSK_ID


class Stage:
    """What the tests share: images, bundles, the city, and a kiosk in service to make copies of."""

    def __init__(self, options):
        self.folder = options.out.resolve()
        self.build = options.build.resolve()
        self.cuts = 200 if options.all else 20
        self.images_made = options.images_made
        self.keys = roots.cache_folder() / "developer-keys"
        self.version_a, self.version_b = "1.0.0", "2.0.0"
        self.image_a, self.image_b, self.image_broken = (self.folder / name for name in ("a", "b", "broken"))
        self.release = self.folder / "release"
        self.bundles_disk = self.folder / "bundles.img"
        self.rig = self.screens = self.base = None
        self.bad_bundles = {}
        self._release_made = self.images_made and (self.release / "image.json").exists()
        self.install_s, self.boot_s = 30.0, 40.0

    def make_image(self, out, version, variant="developer", programs=None, rollback=1):
        words = [ROOT / "images/build", BOARD, "--variant", variant, "--version", version, "--rollback", rollback,
                 "--out", out]
        if programs:
            words += ["--programs", programs]
        done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise machine.Lost(f"images/build ended with {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout

    def make_images(self):
        self.make_image(self.image_a, self.version_a)
        self.make_image(self.image_b, self.version_b, rollback=2)
        programs = self.folder / "broken-programs"
        shutil.rmtree(programs, ignore_errors=True)
        shutil.copytree(roots.cache_folder() / "work/programs-amd64/stripped", programs)
        (programs / "kiosk-ui").write_bytes((programs / "kiosk-wires").read_bytes())    # a program that is not the screen
        self.make_image(self.image_broken, "3.0.0", programs=programs, rollback=2)

    def make_release(self):
        """Once, for the tests that need the variant without a console."""
        if not self._release_made:
            self.make_image(self.release, self.version_a, "release")
        self._release_made = True

    def prepare(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        played = self.folder / "played"
        if not self.images_made:
            self.make_images()
            self.make_bundles()
            shutil.rmtree(played, ignore_errors=True)
            settings.play_demo(self.build, played)
        self.bad_bundles = json.loads((self.folder / "bad/why.json").read_text("utf-8"))
        self.screens = resident.Screens(played / "screens", played / "logs/layout.jsonl")
        settings.draw_setup(self.build, self.screens, self.folder / "setup")
        shutil.rmtree(self.folder / "rig", ignore_errors=True)
        self.rig = city_rig.CityRig(self.build / "bin", self.folder / "rig")
        self.rig.start([(STREAMED, next(self.image_b.glob("*.raucb")), self.version_b)])

    def make_bundles(self):
        """The good ones and the bad ones, on a disk of their own."""
        bad = self.folder / "bad"
        why = bundles.make(self.image_b, self.keys, bad)
        (bad / "why.json").write_text(json.dumps(why), "ascii")
        files = []
        for name, folder in (("b", self.image_b), ("broken", self.image_broken)):
            path = bad / f"{name}.raucb"
            path.unlink(missing_ok=True)
            path.hardlink_to(next(folder.glob("*.raucb")))
            files.append(path)
        bundles.disk(files + [bad / f"{name}.raucb" for name in [*why, "older-number"]], self.bundles_disk)

    def plug_in(self, kiosk):
        self.rig.card_wire.unplug()
        self.rig.card_wire.plug_in(kiosk.folder / "card")

    def set_up(self):
        """The kiosk that the others are copies of: set up, in service, judged good, switched off."""
        shutil.rmtree(self.folder / "base", ignore_errors=True)
        disk = self.image_a / json.loads((self.image_a / "image.json").read_text("utf-8"))["image"]
        with machine.Machine.new(self.folder / "base", disk, self.keys) as kiosk:
            kiosk.switch_on()
            self.plug_in(kiosk)
            console = Console(kiosk).wait()
            settings.put_settings(console, self.rig)
            self.boot_s = hazards.in_service(kiosk, self)
            hazards.good(console)
            kiosk.say("systemctl poweroff")
            kiosk.wait_until_off()
            self.base = kiosk
        return f"in service {self.boot_s:.0f} s after power, first start"

    def play(self, kiosk, name):
        """A certificate by touches. The figure."""
        table = scenario.base("ja", city_rig.PIN, own_card=True, own_terminal=True, own_printer=True)
        before, yen = len(self.rig.printer.accepted()), self.rig.ledger()["net_yen"]
        apdus = self.rig.card_wire.apdus
        person = resident.Resident(kiosk, self.screens, table, self.rig.hand)
        try:
            person.until("goodbye", 300)
        finally:
            pictures = self.folder / f"glass-{name}"
            pictures.mkdir(exist_ok=True)
            for screen, picture in person.pictures.items():
                png.write(pictures / f"{screen}.png", picture)
        papers, paid = len(self.rig.printer.accepted()) - before, self.rig.ledger()["net_yen"] - yen
        hazards.require((papers, paid > 0) == (1, True), f"{papers} papers came out and {paid} yen were paid")
        return f"1 paper, {paid} yen, {self.rig.card_wire.apdus - apdus} APDUs, {person.seen[-1][0] - person.seen[0][0]:.0f} s"


def release_first_screen(stage):
    stage.make_release()
    done = subprocess.run([sys.executable, ROOT / "tests/images/first_screen.py", stage.release, "--keep",
                           stage.folder / "first-screen"], capture_output=True, text=True, check=False)
    hazards.require(done.returncode == 0, f"{done.stdout.strip()} {done.stderr.strip()}")
    return done.stdout.strip().replace("\n", ", ")


def first_boot(stage):
    """A release from the medium to its first certificate: flashed with a provision.toml, it enrols itself with a key that
    its TPM makes, tests itself and is opened by one touch."""
    folder = stage.folder / "machines/first_boot"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stage.make_release()
    image = stage.release / json.loads((stage.release / "image.json").read_text("utf-8"))["image"]
    unit = stage.rig.enrolment("kiosk-100", "umeda")
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
    hazards.in_service(kiosk, stage)
    return stage.play(kiosk, "before")


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
    hazards.require(hazards.version(console) == stage.version_b, "the new slot holds another version")
    hazards.good(console, 600)
    hazards.in_service(kiosk, stage)
    moved, whole = (kiosk.folder / "wire.pcap").stat().st_size, next(stage.image_b.glob("*.raucb")).stat().st_size
    return f"{moved / 1e6:.1f} MB came over the wire, all told, for a bundle of {whole / 1e6:.1f} MB"


def tests(stage):
    """[(name, what gives a figure)]; each on a copy of the kiosk."""
    cuts = stage.cuts
    half = cuts // 2
    of_a_copy = [
        ("certificate", certificate), ("update_and_certificate", update_and_certificate),
        ("update_streamed", update_streamed),
        ("broken_slot", hazards.broken_slot), ("bad_bundles", hazards.bad_bundles), ("bad_kernel", hazards.bad_kernel),
        ("corrupted_root", hazards.corrupted_root), ("stolen_disk", hazards.stolen_disk),
        ("other_secure_boot_keys", hazards.other_secure_boot_keys), ("hung_process", hazards.hung_process),
        ("hung_machine", hazards.hung_machine), ("clock_1970", hazards.clock_1970),
        ("power_cut_in_install", lambda s, k: hazards.power_cut_in_install(s, k, half)),
        ("power_cut_in_boot", lambda s, k: hazards.power_cut_in_boot(s, k, cuts - half)),
    ]

    def with_a_copy(name, play):
        def run():
            folder = stage.folder / "machines" / name
            shutil.rmtree(folder, ignore_errors=True)
            with stage.base.copy(folder) as kiosk:
                try:
                    return play(stage, kiosk)
                except machine.Lost:
                    if kiosk.is_on:
                        png.write(folder / "glass.png", kiosk.look())
                    raise
                finally:
                    kiosk.pull_the_plug()
                    kiosk.disk.unlink()
        return run

    of_boards = [(name, lambda board=board: board_starts.play(stage, board)) for name, board in board_starts.TESTS.items()]
    return [("first_screen", lambda: release_first_screen(stage)), ("first_boot", lambda: first_boot(stage)),
            ("enrol_and_erase", lambda: enrol_and_erase(stage)),
            *[(name, with_a_copy(name, play)) for name, play in of_a_copy], *of_boards]


def report(name, play):
    """Whether it passed; None when this machine cannot play it."""
    began = time.monotonic()
    try:
        figure, passed = play() or "", True
    except machine.Lost as lost:
        figure, passed = str(lost), False
    except machine.Skipped as skipped:
        figure, passed = str(skipped), None
    except Exception as error:      # a test that stumbles itself fails, and the others go on
        figure, passed = f"{type(error).__name__}: {error}", False
    word = {True: "ok  ", False: "FAIL", None: "skip"}[passed]
    print(f"{word} {name} ({time.monotonic() - began:.0f} s): {figure}", flush=True)
    return passed


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/system")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--images-made", action="store_true", help="take the images, bundles and pictures that lie in --out")
    options = parser.parse_args(words)
    only = set(filter(None, options.only.split(",")))
    stage = Stage(options)
    unknown = only - {name for name, _ in tests(stage)}
    if unknown:
        parser.error(f"there is no test {', '.join(sorted(unknown))}")
    passed = failed = 0
    # Told to end, it still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Other boards' tests need nothing of the kiosk that the others are copies of.
    shared = [] if only and only <= board_starts.TESTS.keys() else [("images", stage.prepare), ("set_up", stage.set_up)]
    stage.folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, play in shared:
            if not report(name, play):
                print("0 passed, 1 failed")
                return 1
        for name, play in tests(stage):
            if not only or name in only:
                result = report(name, play)
                passed += result is True
                failed += result is False
    finally:
        if stage.rig:
            stage.rig.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
