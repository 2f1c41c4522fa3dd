#!/usr/bin/env python3
"""Waiting for what a program says (tools/demo.d/processes.py)."""

import asyncio
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools/demo.d"))

from processes import Program, ProgramFailed     # noqa: E402


class Waiting(unittest.IsolatedAsyncioTestCase):
    def program(self):
        program = Program("talker", pathlib.Path("/dev/null"))
        program._pumps = [asyncio.create_task(asyncio.Event().wait())]     # it still lives
        self.addCleanup(program._pumps[0].cancel)
        return program

    async def say(self, program, line):
        program.lines.append(line)
        async with program._news:
            program._news.notify_all()

    async def test_a_cancellation_is_never_lost(self):
        # It may come at any step between the line and who waits for it.
        for steps in range(12):
            program = self.program()
            went_on = []

            async def wait_and_go_on():
                await program.line("word", timeout=20)
                went_on.append("once")
                await asyncio.Event().wait()

            task = asyncio.create_task(wait_and_go_on())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await self.say(program, "word")
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=5)
            self.assertTrue(done, f"cancelled {steps} steps after the line, and it waits for ever")
            self.assertTrue(task.cancelled())

    async def test_what_never_comes_is_told(self):
        with self.assertRaisesRegex(ProgramFailed, "no line 'word' within 0.05 s"):
            await self.program().line("word", timeout=0.05)


if __name__ == "__main__":
    unittest.main()
