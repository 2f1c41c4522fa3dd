"""Performs one run: a visit with its fault, the restart, the recovery, and the reconciliation of the ledgers."""

import asyncio
import dataclasses
import json
import shutil

import house as houses
import comeback
import taps
import trouble
from kiosk_life import Life, recover
from orders import BRANDS
from outcome import Outcome
from reconcile import reconcile

# A kiosk that is out of service for this many tenths of a second stays so: it looks every two seconds.
OUT_OF_SERVICE_LOOKS = 40


async def perform(house, run, folder):
    """`folder` is new; it is removed again when everything agrees."""
    shutil.rmtree(folder, ignore_errors=True)   # of the same seed, played before to count its points
    (folder / "state").mkdir(parents=True)
    kiosk_id = house.next_kiosk()
    outcome = Outcome(run.seed)
    await play_visit(house, run, folder, kiosk_id, outcome)
    await house.mend()
    if run.comes:
        await comeback.play(house, run, folder, kiosk_id, outcome)
        await house.mend()
    await restart(house, run, folder, kiosk_id, outcome)
    await compare(house, run, folder, outcome)
    if outcome.mismatches:
        (folder / "outcome.json").write_text(outcome.as_json() + "\n", "utf-8")
    else:
        shutil.rmtree(folder)
    return outcome


async def play_visit(house, run, folder, kiosk_id, outcome):
    if run.page_s:
        await house.printer.program.ask(f"slow {run.page_s}", "page takes")
    house.brand = run.brand or BRANDS[0]
    house.touch = taps.touch(run.tap)
    for words in taps.modes(run.tap):
        await house.terminal.program.ask(words, "mode")
    house.ledgers.new_journal(folder / "state/journal.sqlite", house.audit_key(kiosk_id))
    for relay in house.relays.values():
        relay.begin()
    if run.wire:
        peer, *order = run.wire
        house.relays[peer].begin(order)
    life = Life(house, folder, "visit", kiosk_id)
    hand = None
    try:
        relayed = house.relays if run.wire else ()
        await life.begin(houses.resident(run.copies), run.settings, relayed, run.cut, run.random)
        if run.trouble:
            hand = asyncio.create_task(trouble.make(house.printer.program, life.kioskd, *run.trouble))
        how = await life.until("ended", visit_over(life, house, run), run.patience_s)
    finally:
        if hand:
            hand.cancel()
            await asyncio.gather(hand, return_exceptions=True)
        await life.end()
    outcome.visit = life.points()
    outcome.boundaries = {peer: relay.boundaries for peer, relay in house.relays.items()}
    said = [event["outcome"] for event in life.kioskd.events if event.get("event") == "visit_ended"]
    outcome.notes.append(f"visit: {' '.join([how, *said])}")
    outcome.struck = struck(run, house, life, how)
    ordered = run.cut or (run.trouble and run.trouble[1] in trouble.KILLS_KIOSK)
    if how == "died" and not (ordered and life.kioskd.exit_code == -9):
        outcome.mismatches.append(f"kioskd ended by itself with {life.kioskd.exit_code}; {life.kioskd.last_words()}")
    if how in ("hung", "halted"):
        seen = [line for line in life.resident.lines if line.startswith(("see", "fail"))][-2:]
        outcome.mismatches.append(f"the visit {how} ({', '.join(seen)})")


async def visit_over(life, house, run):
    """Until the visit has ended, or the kiosk rightly begins none: its wire is cut, or its journal fails, for good."""
    ended = life.kioskd.event("visit_ended", timeout=None)
    if run.wire and run.wire[2] == "down":
        closed = out_of_service(life, house.relays[run.wire[0]].strike())
    elif run.cut and run.cut.deed == "fail-onwards":
        closed = out_of_service(life, asyncio.sleep(0))
    else:
        return await ended
    tasks = [asyncio.ensure_future(ended), asyncio.ensure_future(closed)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()       # a kiosk that ended by itself is neither
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def out_of_service(life, struck_at_last):
    """Until the kiosk has said so for a while after the fault."""
    await struck_at_last
    seen = 0
    while seen < OUT_OF_SERVICE_LOOKS:
        await asyncio.sleep(0.1)
        screens = [line for line in life.resident.lines if line.startswith("see ")]
        seen = seen + 1 if screens[-1:] == ["see out_of_service"] else 0


def struck(run, house, life, how):
    if run.wire:
        return house.relays[run.wire[0]].struck
    if run.cut:
        return any(detail.endswith("<-") for _, _, detail in life.points())
    return how == "ended" or bool(run.trouble)


async def restart(house, run, folder, kiosk_id, outcome):
    # Whoever has not come back by now does not come: what is owed is given back.
    settings = run.settings | {("visit", "reprint_minutes"): 0}
    if run.again and not run.comes:
        life, how = await recover(house, folder, "cut-recovery", kiosk_id, settings, run.again, run.random)
        outcome.notes.append(f"recovery: {how}")
        if how == "hung" or (how == "died" and life.kioskd.exit_code != -9):
            outcome.mismatches.append(f"the recovery {how} ({life.kioskd.exit_code}); {life.kioskd.last_words()}")
    life, how = await recover(house, folder, "recovery", kiosk_id, settings)
    outcome.recovery = life.points()
    outcome.notes.append(f"last recovery: {how}")
    if how != "recovered":
        outcome.mismatches.append(f"the last recovery {how} ({life.kioskd.exit_code}); {life.kioskd.last_words()}")


async def compare(house, run, folder, outcome):
    evidence = await house.ledgers.evidence(run.unresolved_allowed)
    outcome.mismatches += reconcile(evidence)
    if run.judge:
        outcome.mismatches += run.judge(run, evidence)
    if outcome.mismatches:
        text = json.dumps(dataclasses.asdict(evidence), ensure_ascii=False, indent=1)
        (folder / "ledgers.json").write_text(text + "\n", "utf-8")
