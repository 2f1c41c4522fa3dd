"""The plug is pulled at moments of an installation and of a start: each time the kiosk serves again, and the update still goes in."""

import random
import shutil
import time

import hazards
import machine

# Of one installation; each is a disk of some 700 MB until it was tried.
CUTS_AT_ONCE = 20


def in_install(stage, times):
    """A cut is the kiosk as it was at that moment: it stands still while disk, firmware's variables and TPM are copied, and to
    that copy the power comes back. Of each installation one kiosk that was cut goes on to the new release."""
    rng = random.Random(stage.seed)
    cuts = []
    while len(cuts) < times and not stage.is_late():
        moments = sorted(rng.uniform(0.0, stage.install_s * 1.1) for _ in range(min(CUTS_AT_ONCE, times - len(cuts))))
        cuts += _cuts_of_one(stage, moments)
    return _figure(cuts, times, f"cuts within {stage.install_s:.0f} s, at " + ", ".join(f"{moment:.0f}" for moment in sorted(cuts)))


def in_boot(stage, kiosk, times):
    """One kiosk, its plug pulled again and again while it starts."""
    kiosk.switch_on()
    stage.plug_in(kiosk)
    whole = hazards.in_service(kiosk, stage)
    kiosk.pull_the_plug()
    rng = random.Random(stage.seed)
    made = []
    for moment in sorted(rng.uniform(0.5, whole * 1.1) for _ in range(times)):
        if stage.is_late():
            break
        kiosk.switch_on()
        kiosk.hear_until(time.monotonic() + moment)
        kiosk.pull_the_plug()
        made.append(moment)
    kiosk.switch_on()
    stage.plug_in(kiosk)
    seconds = hazards.in_service(kiosk, stage)
    return _figure(made, times, f"cuts in starts of {whole:.0f} s, then in service after {seconds:.0f} s")


def _figure(made, wanted, words):
    if not made:
        raise machine.Skipped("no time left")
    return f"{len(made)} {words}" + ("" if len(made) == wanted else f"; for {wanted} there was no time")


def _cuts_of_one(stage, moments):
    """Those of the moments that were tried."""
    folder = stage.folder / "machines/power_cut_in_install"
    shutil.rmtree(folder, ignore_errors=True)
    copies = []
    with stage.base.copy(folder / "whole") as kiosk:
        hazards.ready(kiosk, stage)
        kiosk.say("kioskctl update install /run/bundles/b.raucb")
        began = time.monotonic()
        for number, moment in enumerate(moments):
            kiosk.hear_until(began + moment)
            copied = time.monotonic()
            copies.append(kiosk.copy_standing(folder / str(number)))
            began += time.monotonic() - copied
    tried = []
    for number, (moment, cut) in enumerate(zip(moments, copies)):
        if not stage.is_late():
            with cut:
                _serves(stage, cut, number == len(copies) // 2)
            tried.append(moment)
        shutil.rmtree(cut.folder)
    shutil.rmtree(folder)
    return tried


def _serves(stage, cut, goes_on):
    """It serves with one of the two releases; `goes_on`: and comes to the new one."""
    console = hazards.beside_bundles(cut, stage)
    hazards.in_service(cut, stage)
    found = hazards.version(console)
    hazards.require(found in (stage.version_a, stage.version_b), f"after a cut it runs {found}")
    if not goes_on:
        return
    if found != stage.version_b:
        hazards.wait_for_kioskd(console)
        hazards.install(console, "b")
        console = hazards.next_start(cut, "b")
    hazards.until_kept(cut, stage, console)
