"""Performs a soak: visits one after another in one life of the kiosk, each reconciled before the next one begins."""

import asyncio
import pathlib
import shutil
import growth
import house as houses
import soak
from hands import Hands
from kiosk_life import Life, recover
from orders import BRANDS
from outcome import Outcome
from reconcile import reconcile

VISIT_PATIENCE_S = 120


def sample(process):
    """(resident KiB, descriptors)"""
    folder = pathlib.Path(f"/proc/{process.pid}")
    status = folder.joinpath("status").read_text("utf-8")
    rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(rss), len(list(folder.joinpath("fd").iterdir()))


class VisitHands(Hands):
    """The resident's hands, which also begin a visit and clear up what is left of its fault."""

    def __init__(self, programs, begin, clear):
        super().__init__(programs)
        self._extra = {"visit begin": begin, "visit clear": clear}

    async def do(self, words):
        if words in self._extra:
            return await self._extra[words]()
        return await super().do(words)


class Soak:
    def __init__(self, house, seed, folder):
        self._house = house
        self._folder = folder
        self._first, self._last = soak.span_of(seed)
        self._number = self._first - 1      # of the visit that is on
        self._samples = {"kioskd": [], "kiosk-link": []}
        self._finished = asyncio.Event()
        self.outcome = Outcome(seed, runs=soak.visits_of(seed), struck=True)

    async def play(self):
        (self._folder / "state").mkdir(parents=True)
        house = self._house
        kiosk_id = house.next_kiosk()
        await house.put_on_reader(None)
        life = Life(house, self._folder, "visits", kiosk_id, counted=False)
        life.hands = VisitHands(house.programs(), self._begin, self._clear)
        self._life = life
        house.ledgers.new_journal(life.journal, house.audit_key(kiosk_id))
        try:
            await life.begin(houses.residents())
            how = await life.until("finished", self._watch(), patience_s=None)
            if how != "finished" or not self._finished.is_set():
                self.outcome.mismatches.append(f"visit {self._number}: {how}; {life.resident.last_words()}")
        finally:
            await life.end()
        self._judge_growth()
        await house.mend()
        _, how = await recover(house, self._folder, "recovery", kiosk_id)
        if how != "recovered":
            self.outcome.mismatches.append(f"the last recovery {how}")
        await self._reconcile(last=True)
        if not self.outcome.mismatches:
            shutil.rmtree(self._folder)
        return self.outcome

    async def _watch(self):
        """Until all visits are over, or one of them does not come to its end."""
        while not self._finished.is_set():
            number = self._number
            try:
                async with asyncio.timeout(VISIT_PATIENCE_S):
                    await self._finished.wait()
            except asyncio.TimeoutError:
                if number == self._number:
                    return

    async def _begin(self):
        """Before the resident touches the welcome screen: the visit before is over in every ledger."""
        if self._number >= self._first:
            for program, samples in ((self._life.kioskd, "kioskd"), (self._life.link, "kiosk-link")):
                self._samples[samples].append(sample(program))
            await self._clear()
            await self._reconcile()
        if self._number == self._last:
            self._finished.set()
            await asyncio.Event().wait()
        self._number += 1
        self._house.brand = BRANDS[self._number % len(BRANDS)]
        for words in soak.FAULTS.get(soak.fault_of(self._number), ()):
            await self._life.hands.do(words)

    async def _clear(self):
        await self._life.hands.do("printer clear")
        await self._life.hands.do("terminal mode approve")

    async def _reconcile(self, last=False):
        fault = soak.fault_of(self._number)
        evidence = await self._house.ledgers.evidence(fault in soak.MAY_BE_UNRESOLVED, at_rest=last)
        if fault and not last:
            ended = [body["outcome"] for records in evidence.journal.values() for kind, body in records
                     if kind == "ended" and body["outcome"] != "day_end"]
            self.outcome.notes.append(f"visit {self._number} ({fault}): {' '.join(ended)}")
        self.outcome.mismatches += [
            f"visit {self._number} ({fault or 'no fault'}): {mismatch}; replay with soak/{self._number}-{self._number}"
            for mismatch in reconcile(evidence)]

    def _judge_growth(self):
        for name, samples in self._samples.items():
            if len(samples) < growth.FEWEST_VISITS:
                continue    # too few visits to tell: the ones that only try a fault
            self.outcome.notes.append(f"{name}: {samples[0][0]} KiB and {samples[0][1]} descriptors after the first "
                                      f"visit, {samples[-1][0]} KiB and {samples[-1][1]} after {len(samples)}")
            if wrong := growth.wrong(samples):
                self.outcome.mismatches.append(f"{name} {wrong}")
