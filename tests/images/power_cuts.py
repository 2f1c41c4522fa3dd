"""The plug is pulled at moments of an installation and of a start: each time the kiosk serves again, and the update still goes in."""

import collections
import filecmp
import random
import shutil
import sys
import time

import hazards
import machine
import write_log

# One in so many kiosks that were cut goes on to the new release.
GOES_ON = 10


def in_install(stage, times):
    """An update is watched from before it is asked for until the new release is kept: all that the disk is told to write. At each
    cut stands a kiosk with what its disk would then hold: what was flushed, and of the rest what the dice leave (write_log.py)."""
    rng = random.Random(stage.seed)
    folder = stage.folder / f"machines/power_cut_in_install-{stage.lane}"
    shutil.rmtree(folder, ignore_errors=True)
    with stage.base.copy(folder / "whole") as whole:
        log, began = _update_watched(stage, whole)
        moments = _moments(log, began, whole.disk, times, rng)
    tried, releases = 0, collections.Counter()
    for moment in moments:
        if stage.is_late():
            break
        with stage.base.copy(folder / "cut") as kiosk:
            log.replay(kiosk.disk, log.kept(moment, rng))
            try:
                releases[_serves(stage, kiosk, tried % GOES_ON == GOES_ON // 2)] += 1
            except machine.Lost as lost:
                raise machine.Lost(f"cut before write {moment} of {len(log.writes)} (seed {stage.seed}, after {tried} others): {lost}") from lost
        shutil.rmtree(folder / "cut")
        tried += 1
        _tell("power_cut_in_install", tried, times)
    shutil.rmtree(folder)
    came = ", ".join(f"{count} with {release}" for release, count in sorted(releases.items()))
    return _figure(tried, times, f"cuts among the {len(log.writes) - began} writes of an update; it came back {came}")


def _update_watched(stage, kiosk):
    """(the log of its writes, the number of the first one after the update was asked for)."""
    console = hazards.ready(kiosk, stage, log_writes=True)
    console.run("sync")
    began = len(kiosk.writes().writes)
    kiosk.ask("cont")
    hazards.install(console, "b")
    hazards.until_kept(kiosk, stage, hazards.next_start(kiosk, "b"))
    log = kiosk.writes()
    replayed = kiosk.folder / "replayed.img"
    write_log.disk_after(stage.base.disk, log, log.everything(), replayed)
    hazards.require(filecmp.cmp(replayed, kiosk.disk, shallow=False), "the log of the disk's writes does not give the disk")
    replayed.unlink()
    return log, began


def _moments(log, began, disk, times, rng):
    """A third anywhere, a third around writes to the boot loader's partition, a third around those to the data: most writes are the
    new root's, which nobody reads yet. In no order: where time runs out, those that were tried are from all of it."""
    small = [log.of(*hazards.span(disk, name)) for name in ("esp", "data")]
    places = [range(began, len(log.writes)), *([number for number in numbers if number >= began] for numbers in small)]
    return [min(rng.choice(places[count % 3]) + rng.choice((0, 1)), len(log.writes)) for count in range(times)]


def in_boot(stage, kiosk, times):
    """One kiosk, its plug pulled again and again while it starts."""
    kiosk.switch_on()
    stage.plug_in(kiosk)
    whole = hazards.in_service(kiosk, stage)
    kiosk.pull_the_plug()
    rng = random.Random(stage.seed)
    made = 0
    while made < times and not stage.is_late():
        kiosk.switch_on()
        kiosk.hear_until(time.monotonic() + rng.uniform(0.5, whole * 1.1))
        kiosk.pull_the_plug()
        made += 1
        _tell("power_cut_in_boot", made, times)
    kiosk.switch_on()
    stage.plug_in(kiosk)
    seconds = hazards.in_service(kiosk, stage)
    return _figure(made, times, f"cuts in starts of {whole:.0f} s, then in service after {seconds:.0f} s")


def _tell(test, made, times):
    """For whoever waits an hour: two hundred cuts take some."""
    if made % 10 == 0:
        print(f"{test}: {made} of {times}", file=sys.stderr, flush=True)


def _figure(made, wanted, words):
    if not made:
        raise machine.Skipped("no time left")
    return f"{made} {words}" + ("" if made == wanted else f"; for {wanted} there was no time")


def _serves(stage, cut, goes_on):
    """It serves with one of the two releases, which is given; `goes_on`: and comes to the new one."""
    console = hazards.beside_bundles(cut, stage)
    hazards.in_service(cut, stage)
    found = hazards.version(console)
    hazards.require(found in (stage.version_a, stage.version_b), f"after a cut it runs {found}")
    if not goes_on:
        return found
    if found != stage.version_b:
        hazards.wait_for_kioskd(console)
        hazards.install(console, "b")
        console = hazards.next_start(cut, "b")
    hazards.until_kept(cut, stage, console)
    return found
