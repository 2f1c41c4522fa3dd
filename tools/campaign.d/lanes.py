"""Several houses side by side: seeds go in, outcomes come out, in the order in which they are done."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
import types

import plans
from outcome import Outcome
from processes import ProgramFailed

OPENING_PATIENCE_S = 120
CLOSING_PATIENCE_S = 30


class LaneLost(ProgramFailed):
    """A lane ended by itself, or said nothing for too long."""


class Lane:
    def __init__(self, command, out, patience_s):
        """`command` is called with the folder `out`; `patience_s(seed)` is how long a run may take."""
        self._command = command
        self.out = out
        self._patience_s = patience_s
        self._process = None

    async def open(self):
        self.out.mkdir(parents=True, exist_ok=True)
        self._log = (self.out / "lane.log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            *map(str, self._command), str(self.out), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=self._log, limit=1 << 24, start_new_session=True)
        await self._line(OPENING_PATIENCE_S)    # "ready"

    async def _line(self, patience_s):
        try:
            async with asyncio.timeout(patience_s):
                line = await self._process.stdout.readline()
        except asyncio.TimeoutError:
            raise LaneLost(f"a lane said nothing for {patience_s} s: {self.out / 'lane.log'}") from None
        if not line:
            raise LaneLost(f"a lane ended by itself: {self.out / 'lane.log'}")
        return line

    async def perform(self, seed):
        with contextlib.suppress(ConnectionError):      # then its end is read
            self._process.stdin.write((seed + "\n").encode())
            await self._process.stdin.drain()
        return types.SimpleNamespace(**json.loads(await self._line(self._patience_s(seed))))

    async def close(self):
        if self._process is None:
            return
        self._process.stdin.close()
        if not await self._ended():
            await self.break_off()
        self._log.close()

    async def break_off(self):
        """Ends a lane that hangs. It writes into its log where it waited."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            if await self._ended():
                return

    async def _ended(self):
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(CLOSING_PATIENCE_S):
                await self._process.wait()
        return self._process.returncode is not None


def command(root, bin_dir):
    """What starts a lane; its folder is still to be said."""
    return [root / "tools/emulators/card/with-pcscd", sys.executable, root / "tools/campaign.d/lane.py", bin_dir]


class Lanes:
    def __init__(self, command, out, count, patience_s=plans.patience_s):
        self._folders = (out / f"lane-{number}" for number in itertools.count(1))
        self._new_lane = lambda: Lane(command, next(self._folders), patience_s)
        self._all = [self._new_lane() for _ in range(count)]
        self._free = asyncio.Queue()
        self.count = count

    async def open(self):
        await asyncio.gather(*(lane.open() for lane in self._all))
        for lane in self._all:
            self._free.put_nowait(lane)

    async def close(self):
        await asyncio.gather(*(lane.close() for lane in self._all))

    async def one(self, seed):
        """The outcome of one run. An outcome with mismatches is no error here; a run that comes to no end is one."""
        lane = await self._free.get()
        try:
            return await lane.perform(seed)
        except LaneLost as loss:
            lane = await self._instead_of(lane)
            return Outcome(seed, mismatches=[f"the run came to no end: {loss}"])
        finally:
            self._free.put_nowait(lane)

    async def _instead_of(self, lost):
        await lost.break_off()
        lane = self._new_lane()
        self._all.append(lane)
        await lane.open()
        return lane

    async def counted(self, seed):
        """The outcome of a run that is played for its points. Without them there is no campaign."""
        outcome = await self.one(seed)
        if outcome.mismatches:
            raise ProgramFailed(f"the run that counts the points did not agree: {seed}: {outcome.mismatches}")
        return outcome

    async def many(self, seeds):
        """Outcomes as they come."""
        tasks = {asyncio.create_task(self.one(seed)) for seed in seeds}
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
