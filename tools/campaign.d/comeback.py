"""The kiosk after a power cut, in service and with somebody's paper owed: the same card comes, another one, or nobody."""

import asyncio
import contextlib
import sqlite3

import house as houses
from hands import Hands
from kiosk_life import Life

# The kiosk looks every ten seconds whether a window is over; by its clock the one minute of it takes two.
CLOCK_RATE = 30
OVER_S = 60
VISIT_S = 60


async def play(house, run, folder, kiosk_id, outcome):
    if run.again:
        await live(house, run, folder, kiosk_id, outcome, "cut-return", run.again)
        await house.mend()
    life = await live(house, run, folder, kiosk_id, outcome, "return")
    outcome.return_visit = life.points()


async def live(house, run, folder, kiosk_id, outcome, name, order=None):
    card = {"same": house.card, "other": house.other_card, "nobody": None}[run.comes]
    await house.put_on_reader(card)
    life = Life(house, folder, name, kiosk_id)
    life.hands = Hands(house.programs() | {"card": card.program if card else None})
    rows = houses.resident(run.copies) if card else houses.ONLOOKER
    try:
        await life.begin(rows, run.settings, order=order, random=run.random, clock_rate=1 if card else CLOCK_RATE)
        over = life.kioskd.event("visit_ended", timeout=None) if card else nothing_owed(life)
        how = await life.until("ended", over, VISIT_S if card else OVER_S)
    finally:
        await life.end()
    outcome.notes.append(f"{name}: {how}")
    cut = how == "died" and order and (life.kioskd.exit_code == -9 or life.refused_to_start)
    if how != "ended" and not cut:
        seen = [line for line in life.resident.lines if line.startswith(("see", "fail"))][-2:]
        outcome.mismatches.append(f"{name} {how} ({', '.join(seen)}; {life.kioskd.exit_code})")
    return life


async def nothing_owed(life):
    """Until the kiosk is in service and its journal holds no open visit."""
    await life.resident.line("see welcome", timeout=None)
    while open_visits(life.journal):
        await asyncio.sleep(0.2)


def open_visits(journal):
    with contextlib.closing(sqlite3.connect(journal, timeout=10)) as database:
        (count,), = database.execute("SELECT count(DISTINCT visit) FROM entries WHERE visit <> '' AND visit NOT IN "
                                     "(SELECT visit FROM entries WHERE kind = 'ended')")
        return count
