"""Several houses side by side: seeds go in, outcomes come out, in the order in which they are done."""

import asyncio
import json
import sys
import types

import plans
from processes import ProgramFailed

OPENING_PATIENCE_S = 120


class Lane:
    def __init__(self, root, bin_dir, out):
        self._command = [root / "tools/emulators/card/with-pcscd", sys.executable, root / "tools/campaign.d/lane.py",
                         bin_dir, out]
        self._out = out
        self._process = None

    async def open(self):
        self._out.mkdir(parents=True, exist_ok=True)
        self._log = (self._out / "lane.log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            *map(str, self._command), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=self._log, limit=1 << 24)
        await self._line(OPENING_PATIENCE_S)    # "ready"

    async def _line(self, patience_s):
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), patience_s)
        except asyncio.TimeoutError:
            raise ProgramFailed(f"a lane said nothing for {patience_s} s: {self._out / 'lane.log'}") from None
        if not line:
            raise ProgramFailed(f"a lane ended by itself: {self._out / 'lane.log'}")
        return line

    async def perform(self, seed):
        self._process.stdin.write((seed + "\n").encode())
        await self._process.stdin.drain()
        return types.SimpleNamespace(**json.loads(await self._line(plans.patience_s(seed))))

    async def close(self):
        if self._process is None:
            return
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 30)
        except asyncio.TimeoutError:
            self._process.terminate()
            await self._process.wait()
        self._log.close()


class Lanes:
    def __init__(self, root, bin_dir, out, count):
        self._all = [Lane(root, bin_dir, out / f"lane-{number}") for number in range(1, count + 1)]
        self._free = asyncio.Queue()
        self.count = count

    async def open(self):
        await asyncio.gather(*(lane.open() for lane in self._all))
        for lane in self._all:
            self._free.put_nowait(lane)

    async def close(self):
        await asyncio.gather(*(lane.close() for lane in self._all))

    async def one(self, seed):
        """The outcome of one run. An outcome with mismatches is no error here."""
        lane = await self._free.get()
        try:
            return await lane.perform(seed)
        finally:
            self._free.put_nowait(lane)

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
