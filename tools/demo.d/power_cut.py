"""The kiosk's power fails in the middle of the demo's visit (--kill-after, --kill-at), and it starts again.

What became of money and paper is then asked of everybody but the kiosk: the terminal's ledger, the printer's own words,
the gateway's database. The words on the screen and the slip have to say the same.
"""

import contextlib
import dataclasses
import json
import re
import shutil
import sqlite3
import tempfile
import urllib.parse

import checks
from processes import ProgramFailed

# Longer than the terminal is asked for an unknown payment (a minute), and than the gateway may keep silent.
RECOVERY_PATIENCE_S = 150
MOMENT_PATIENCE_S = 90
DRAWING_PATIENCE_S = 20


@dataclasses.dataclass(frozen=True)
class Kill:
    """When: so many ms after a screen is first shown; `screen` None: after the welcome screen."""
    ms: int
    screen: str | None = None

    def __str__(self):
        return f"{self.screen}+{self.ms}" if self.screen else f"{self.ms / 1000:g} s"


def after(text):
    """--kill-after: seconds."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text):
        raise ValueError("seconds are wanted, such as 7.5")
    return Kill(round(float(text) * 1000))


def at(text):
    """--kill-at: SCREEN or SCREEN+MS."""
    match = re.fullmatch(r"([a-z_.]+)(?:\+(\d{1,6}))?", text)
    if not match:
        raise ValueError("a screen is wanted, such as pay or pay+150")
    return Kill(int(match[2] or 0), match[1])


async def shown(kioskd, screen):
    """Waits until kioskd first shows the screen."""
    seen = 0
    while True:
        event = await kioskd.event("visit_step", timeout=MOMENT_PATIENCE_S, since=seen)
        if event.get("screen") == screen:
            return
        seen = kioskd.events.index(event, seen) + 1


def journal(state):
    """[(visit, kind, body)] of the kiosk's journal, read from a copy: nobody else may touch the file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("journal.sqlite", "journal.sqlite-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(state / name, folder)
        with contextlib.closing(sqlite3.connect(f"{folder}/journal.sqlite")) as database:
            rows = database.execute("SELECT visit, kind, body FROM entries WHERE visit != '' ORDER BY number").fetchall()
    return [(visit, kind, json.loads(body)) for visit, kind, body in rows]


def open_visits(records):
    began = dict.fromkeys(visit for visit, kind, _ in records if kind == "began")
    return [visit for visit in began if not any(kind == "ended" and of == visit for of, kind, _ in records)]


def at_rest(records):
    """Every visit has ended, or its paper is kept for the card."""
    return all(any(kind == "owed" and of == visit for of, kind, _ in records) for visit in open_visits(records))


@dataclasses.dataclass(frozen=True)
class Ends:
    """What others than the kiosk know of a visit's end."""
    payments: list      # entries of the terminal's ledger that moved money
    net_yen: int
    papers: int         # jobs that came out whole
    settlements: list   # (outcome, charged_yen) of the gateway's fee ledger

    @property
    def became(self):
        """In the words of firmware/visit/records.h."""
        if self.net_yen:
            return "paper_out" if self.papers else "paper_kept"
        return "given_back" if self.payments else "nothing_moved"


def ends(ledger, printer_lines, gateway_database):
    with contextlib.closing(sqlite3.connect(f"file:{gateway_database}?mode=ro", uri=True, timeout=10)) as database:
        settlements = database.execute("SELECT outcome, charged_yen FROM ledger ORDER BY line").fetchall()
    return Ends(payments=[entry for entry in ledger["entries"] if entry["kind"] == "Payment" and entry["moved_yen"]],
                net_yen=checks.net_yen(ledger),
                papers=sum(bool(re.match(r"job \d+ completed", line)) for line in printer_lines),
                settlements=settlements)


# What has to stand on the welcome screen, and what must not.
SAYS = {
    "nothing_moved": ("お金は引かれていません", "You have not been charged"),
    "paper_out": ("証明書は印刷されています", "your certificate has been printed"),
    "given_back": ("お返ししました", "has been given back"),
    "paper_kept": ("同じカードを置くと", "Put the same card"),
    "unresolved": ("係員が確認します", "Staff will check"),
    "paper_unknown": ("プリンターを確認しています", "We are checking the printer"),
}


async def welcome_texts(layout, sleep):
    """What stands on the welcome screen once it is drawn, by kiosk-ui's own record."""
    for _ in range(DRAWING_PATIENCE_S * 5):
        with contextlib.suppress(ValueError, IndexError):   # the last line may be half written
            last = json.loads(layout.read_text("utf-8").splitlines()[-1])
            if last["name"] == "welcome":
                return last["texts"]
        await sleep(0.2)
    raise ProgramFailed("kiosk-ui has drawn no welcome screen")


def screen(texts, became, was_open, language, yen):
    """`was_open`: the visit had not come to its end when the power failed, so there is something to say."""
    said = " ".join(texts)
    column = 1 if language == "en" else 0
    found = [name for name, words in SAYS.items() if words[column] in said]
    wanted = [became] if was_open else []
    out = [checks.equal("the screen says what became of it", wanted, found)]
    if was_open and yen:
        out.append(checks.equal("and names the yen", True, f"{yen}" in said))
    return out


def money_and_paper(end):
    """The rule: no yen without paper, no paper without its yen, once; and the city's fee ledger says the same."""
    due = end.payments[0]["moved_yen"] if end.payments else 0
    issued = [charged for outcome, charged in end.settlements if outcome == "issued"]
    right = len(end.payments) <= 1 and end.papers == (1 if end.net_yen else 0) and end.net_yen in (0, due)
    return [checks.Check("money and paper agree", right, f"{end.net_yen} yen, {end.papers} papers"),
            checks.equal("the gateway's fee ledger says the same", [end.net_yen] if end.net_yen else [], issued)]


async def slips(files, records, end):
    """The newest slip names the sale in the terminal's ledger (read from its pixels), and says what became of it
    (by the journal's record of it). Money that moved has a slip."""
    said = [body["became"] for _, kind, body in records if kind == "slip"]
    out = []
    if end.payments:
        out.append(checks.equal("money that moved has a slip", True, bool(files)))
    if said:
        out.append(checks.equal("the newest slip says what became of it", end.became, said[-1]))
    repeated = sum(one == other for one, other in zip(said, said[1:]))
    out.append(checks.equal("no slip twice", 0, repeated))
    if files and end.payments:
        _, code = await checks.reading_of("zbarimg", "--quiet", "--raw", files[-1])
        sale = dict(urllib.parse.parse_qsl(code.strip().removeprefix("madoguchi-sale:")))
        out.append(checks.equal("the newest slip names the sale in the terminal's ledger",
                                end.payments[-1]["service_id"], sale.get("service")))
    return out


async def recovered(kiosk, sleep):
    """Waits until the kiosk has brought every visit to rest and shows its welcome screen; gives the journal."""
    await shown(kiosk.kioskd, "welcome")
    for _ in range(RECOVERY_PATIENCE_S * 5):
        records = journal(kiosk.dir / "state")
        if at_rest(records):
            return records
        await sleep(0.2)
    raise ProgramFailed(f"the kiosk left a visit open after its restart; {kiosk.kioskd.last_words()}")
