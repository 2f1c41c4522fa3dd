"""The end of the demo's day: the kiosk is switched off, and on again after its closing time, and compares its journal with
the terminal's and the city's ledgers. What it then writes is held against these ledgers themselves."""

import asyncio
import contextlib
import datetime
import json
import sqlite3

from checks import Check, equal, net_yen

REPORT_PATIENCE_S = 30


def just_closed():
    """(service hours whose end was the beginning of this minute, the seconds until such an end is on this day)."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9)))
    # The first day of a journal begins at midnight: a closing time must come after that.
    wait_s = 60 - now.second if (now.hour, now.minute) == (0, 0) else 0
    now += datetime.timedelta(seconds=wait_s)
    return f"{now + datetime.timedelta(hours=1):%H:%M}-{now:%H:%M}", wait_s


async def written(folder):
    """The report as the kiosk wrote it for programs: (path of the one for clerks, content), or (None, None)."""
    for _ in range(REPORT_PATIENCE_S * 20):
        for path in folder.glob("*.json"):
            # Written last; it may be half written.
            with contextlib.suppress(ValueError):
                return path.with_suffix(".txt"), json.loads(path.read_text("utf-8"))
        await asyncio.sleep(0.05)
    return None, None


def citys_yen(database):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as city:
        return city.execute("SELECT coalesce(sum(charged_yen), 0) FROM ledger").fetchone()[0]


async def checks(folder, ledger, database):
    """Of the report that appears in the folder; `ledger`: the terminal's."""
    path, told = await written(folder)
    if told is None:
        return [Check("the day's end: the kiosk writes its report", False)]
    findings = [finding["what"] for finding in told["findings"]]
    return [Check("the day's end: kiosk, terminal and city agree", not findings, ", ".join(findings) or str(path)),
            equal("  the kiosk's total is the terminal's own", net_yen(ledger), told["kiosk_yen"]),
            equal("  the city's total is its database's", citys_yen(database), told["gateway_yen"])]
