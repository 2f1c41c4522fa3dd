#!/usr/bin/env python3
"""The system tests: images are made, and virtual kiosks live through what can happen to them (hazards.py).

    tests/images/suite.py --build DIR [--out DIR] [--only NAME[,NAME]] [--quick] [--cuts N] [--seed N] [--minutes N]
                          [--images-made]

--build: a build of this checkout with the city's programs (build/release). --out keeps the images, the machines' serial
lines and pictures of the glass (default: out/system). One line a test; the last line says how many passed, failed and were
skipped.
"""

import argparse
import collections.abc
import dataclasses
import functools
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import board_starts
import bundles
import city_rig
import hazards
import journeys
import machine
import png
import power_cuts
import resident
import roots
import scenario
import settings

from console import Console

ROOT = city_rig.ROOT
BOARD = "qemu-x86_64"
# The kiosk for which the gateway has an update.
STREAMED = city_rig.KIOSK_ID
# What a line of the report begins with.
WORDS = {True: "ok  ", False: "FAIL", None: "skip"}


class Stage:
    """What the tests share: images, bundles, the city, and a kiosk in service to make copies of."""

    def __init__(self, options):
        self.folder = options.out.resolve()
        self.build = options.build.resolve()
        self.cuts, self.seed = options.cuts, options.seed
        self.images_made = options.images_made
        self.keys = roots.cache_folder() / "developer-keys"
        self.version_a, self.version_b = "1.0.0", "2.0.0"
        self.image_a, self.image_b, self.image_broken = (self.folder / name for name in ("a", "b", "broken"))
        self.release = self.folder / "release"
        self.bundles_disk = self.folder / "bundles.img"
        self.rig = self.screens = self.base = None
        self.bad_bundles = {}
        self.quick = options.quick
        self.lane = options.lane
        self._deadline = time.monotonic() + 60 * options.minutes

    def minutes_left(self):
        return (self._deadline - time.monotonic()) / 60

    def is_late(self):
        return self.minutes_left() < 0

    def make_image(self, out, version, variant="developer", programs=None, rollback=1):
        words = [ROOT / "images/build", BOARD, "--variant", variant, "--version", version, "--rollback", rollback,
                 "--out", out]
        if programs:
            words += ["--programs", programs]
        done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise machine.Lost(f"images/build ended with {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout

    def programs(self, name):
        """A folder with this machine's own programs for images, to be changed."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(roots.cache_folder() / "work/programs-amd64/stripped", folder)
        return folder

    def _make_images(self):
        self.make_image(self.image_a, self.version_a)
        grown = self.programs("grown-programs")
        for program in grown.iterdir():     # as a release does it: what it fetches is measured
            with open(program, "ab") as file:
                file.write(random.Random(program.name).randbytes(3000))
        self.make_image(self.image_b, self.version_b, programs=grown, rollback=2)
        broken = self.programs("broken-programs")
        (broken / "kiosk-ui").write_bytes((broken / "kiosk-wires").read_bytes())    # a program that is not the screen
        self.make_image(self.image_broken, "3.0.0", programs=broken, rollback=2)

    def make_release(self):
        """The variant without a console."""
        if not (self.images_made and (self.release / "image.json").exists()):
            self.make_image(self.release, self.version_a, "release")

    def own_folder(self, name):
        """Of this lane, and empty."""
        folder = self.folder / f"{name}-{self.lane}"
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def make(self):
        """What both lanes need."""
        self._make_images()
        self._make_bundles()
        played = self.folder / "played"
        shutil.rmtree(played, ignore_errors=True)
        settings.play_demo(self.build, played)

    def open_city(self):
        self.bad_bundles = json.loads((self.folder / "bad/why.json").read_text("utf-8"))
        played = self.folder / "played"
        self.screens = resident.Screens(played / "screens", played / "logs/layout.jsonl")
        settings.draw_setup(self.build, self.screens, self.own_folder("setup"))
        self.rig = city_rig.CityRig(self.build / "bin", self.own_folder("rig"), as_board=self.lane == 1)
        self.rig.start([(STREAMED, next(self.image_b.glob("*.raucb")), self.version_b)])

    def _make_bundles(self):
        """The good ones and the bad ones, on a disk of their own."""
        bad = self.folder / "bad"
        why = bundles.make(self.image_b, self.image_a, self.keys, bad)
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
        disk = self.image_a / json.loads((self.image_a / "image.json").read_text("utf-8"))["image"]
        with machine.Machine.new(self.own_folder("base"), disk, self.keys) as kiosk:
            kiosk.switch_on()
            self.plug_in(kiosk)
            console = Console(kiosk).wait()
            settings.put_settings(console, self.rig)
            served = hazards.in_service(kiosk, self)
            hazards.good(console)
            kiosk.say("systemctl poweroff")
            kiosk.wait_until_off()
            self.base = kiosk
        return f"in service {served:.0f} s after power, first start"

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


@dataclasses.dataclass(frozen=True)
class Test:
    """`play`: takes the Stage and, if `copy`, a copy of its kiosk; gives a figure. `lane`: of two, each a process with a city and
    a kiosk of its own, for a virtual kiosk takes one processor; what a kiosk finds at its board's addresses is in lane 1 only.
    `quick`: of the subset."""
    name: str
    play: collections.abc.Callable
    lane: int = 2
    copy: bool = True
    quick: bool = True


def tests(stage):
    """In their order: power cuts come last of the subset, for where time is short there are fewer of them."""
    half = stage.cuts // 2
    return [
        Test("first_boot", journeys.first_boot, lane=1, copy=False, quick=False),
        Test("enrol_and_erase", journeys.enrol_and_erase, lane=1, copy=False, quick=False),
        Test("certificate", journeys.certificate, lane=1, quick=False),
        Test("update_and_certificate", journeys.update_and_certificate, lane=1),
        Test("broken_slot", hazards.broken_slot, lane=1),
        Test("clock_1970", hazards.clock_1970, lane=1),
        Test("power_cut_in_install", lambda stage: power_cuts.in_install(stage, half), lane=1, copy=False),
        Test("first_screen", journeys.first_screen, copy=False),
        Test("bad_kernel", hazards.bad_kernel),
        Test("corrupted_root", hazards.corrupted_root),
        Test("stolen_disk", hazards.stolen_disk),
        Test("other_secure_boot_keys", hazards.other_secure_boot_keys),
        Test("bad_bundles", hazards.bad_bundles),
        Test("hung_process", hazards.hung_process),
        Test("hung_machine", hazards.hung_machine),
        Test("strange_usb", hazards.strange_usb),
        Test("power_cut_in_boot", lambda stage, kiosk: power_cuts.in_boot(stage, kiosk, stage.cuts - half)),
        Test("update_streamed", journeys.update_streamed, quick=False),
        Test("update_from_stick", journeys.update_from_stick, quick=False),
        *(Test(name, functools.partial(board_starts.play, board=board), copy=False, quick=False)
          for name, board in board_starts.TESTS.items()),
    ]


def play_on_copy(stage, test):
    folder = stage.folder / "machines" / test.name
    shutil.rmtree(folder, ignore_errors=True)
    with stage.base.copy(folder) as kiosk:
        try:
            return test.play(stage, kiosk)
        except machine.Lost:
            if kiosk.is_on:
                png.write(folder / "glass.png", kiosk.look())
            raise
        finally:
            kiosk.pull_the_plug()
            kiosk.disk.unlink()


def say(line):
    """Whole, whoever else prints."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(name, play):
    """True when it passed; None when this machine cannot play it, or has no time to."""
    began = time.monotonic()
    try:
        figure, passed = play() or "", True
    except machine.Lost as lost:
        figure, passed = str(lost), False
    except machine.Skipped as skipped:
        figure, passed = str(skipped), None
    except Exception as error:      # a test that stumbles itself fails, and the others go on
        figure, passed = f"{type(error).__name__}: {error}", False
    say(f"{WORDS[passed]} {name} ({time.monotonic() - began:.0f} s): {figure}")
    return passed


def run(stage, test):
    if stage.is_late():
        raise machine.Skipped("no time left")
    return play_on_copy(stage, test) if test.copy else test.play(stage)


def play_lane(stage, chosen):
    """One lane's tests. [what report says]."""
    # Other boards' tests need nothing of the kiosk that the others are copies of.
    if not {test.name for test in chosen} <= board_starts.TESTS.keys():
        for name, play in (("city", stage.open_city), ("set_up", stage.set_up)):
            if not report(f"{name}_{stage.lane}", play):
                return [False]
    return [report(test.name, lambda test=test: run(stage, test)) for test in chosen]


class OtherLane:
    """Lane 2 as a process of its own: its lines are printed, and counted."""

    def __init__(self, words, chosen, minutes):
        self.words = [sys.executable, __file__, *words, "--images-made", "--lane", "2", "--minutes", str(minutes),
                      "--only", ",".join(test.name for test in chosen)]
        self._names = {test.name for test in chosen}
        self.results = []

    def __enter__(self):
        self._process = subprocess.Popen(self.words, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def _read(self):
        for line in self._process.stdout:
            say(line.rstrip())
            self.results += [result for result, word in WORDS.items()
                             if line.startswith(word) and line[len(word):].split(maxsplit=1)[0] in self._names]

    def wait(self):
        self._reader.join()
        if self._process.wait() != 0 and False not in self.results:
            self.results.append(False)      # it ended without a word of a test

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.terminate()
        self.wait()


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/system")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--quick", action="store_true", help="the subset that needs no release variant and no other board")
    parser.add_argument("--cuts", type=int, default=20, help="power cuts, half of them in starts, half in installations (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=6, help="other moments for them (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="that many after the suite has begun no test begins any more")
    parser.add_argument("--images-made", action="store_true", help="take the images, bundles and pictures that lie in --out")
    parser.add_argument("--lane", type=int, choices=(1, 2), default=1, help="2: only its tests; the suite starts itself so")
    return parser, parser.parse_args(words)


def make_what_is_needed(stage, chosen):
    """False when an image could not be made."""
    names = {test.name for test in chosen}
    if not stage.images_made and not names <= board_starts.TESTS.keys() and not report("images", stage.make):
        return False
    return stage.quick or stage.lane == 2 or not names & {"first_screen", "first_boot"} or report("release", stage.make_release)


def main(words):
    parser, options = arguments(words)
    stage = Stage(options)
    everything = tests(stage)
    only = set(filter(None, options.only.split(",")))
    unknown = only - {test.name for test in everything}
    if unknown:
        parser.error(f"there is no test {', '.join(sorted(unknown))}")
    chosen = [test for test in everything if (test.name in only if only else test.quick or not options.quick)]
    # Told to end, it still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    stage.folder.mkdir(parents=True, exist_ok=True)
    if not make_what_is_needed(stage, chosen):
        print("0 passed, 1 failed, 0 skipped")
        return 1
    own, others = ([test for test in chosen if (test.lane == options.lane) == mine] for mine in (True, False))
    results = []
    try:
        if own and others:
            with OtherLane(words, others, stage.minutes_left()) as beside:
                results += play_lane(stage, own)
                beside.wait()
            results += beside.results
        else:
            results += play_lane(stage, own or others)
    finally:
        if stage.rig:
            stage.rig.close()
    if options.lane == 1:
        print(f"{results.count(True)} passed, {results.count(False)} failed, {results.count(None)} skipped")
    return 1 if False in results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
