#!/usr/bin/env python3
"""Lanes of a campaign: a run that hangs is a mismatch of its own, and the other runs go on."""

import asyncio
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tools/campaign.d"), str(ROOT / "tools/demo.d")]

import lanes    # noqa: E402
from processes import ProgramFailed     # noqa: E402

# In place of lane.py: a seed may hang, also against SIGTERM, or end the lane.
LANE = r"""
import json, signal, sys
print("ready", flush=True)
for line in sys.stdin:
    seed = line.strip()
    if seed == "dies":
        sys.exit(1)
    if seed == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if seed in ("hangs", "stubborn"):
        while True:
            signal.pause()
    mismatches = ["wrong"] if seed == "differs" else []
    print(json.dumps({"seed": seed, "mismatches": mismatches, "folder": sys.argv[1]}), flush=True)
"""


class HungLane(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # Only what hangs is given up soon: an honest run is never judged by its speed.
        self.lanes = lanes.Lanes([sys.executable, "-c", LANE], pathlib.Path(folder.name), 2,
                                 lambda seed: 0.2 if seed in ("hangs", "stubborn") else 60)
        lanes.CLOSING_PATIENCE_S, patience = 5, lanes.CLOSING_PATIENCE_S
        self.addCleanup(setattr, lanes, "CLOSING_PATIENCE_S", patience)
        await self.lanes.open()
        self.addAsyncCleanup(self.lanes.close)

    async def play(self, *seeds):
        return {outcome.seed: outcome async for outcome in self.lanes.many(seeds)}

    async def test_each_seed_has_its_outcome(self):
        played = await self.play("a", "b", "differs", "c")
        self.assertEqual({"a": [], "b": [], "differs": ["wrong"], "c": []},
                         {seed: outcome.mismatches for seed, outcome in played.items()})

    async def test_a_hung_run_is_a_mismatch_and_the_others_go_on(self):
        played = await self.play("a", "hangs", "b", "c", "hangs", "d")
        self.assertIn("came to no end", played["hangs"].mismatches[0])
        self.assertIn("lane.log", played["hangs"].mismatches[0])
        self.assertEqual(["a", "b", "c", "d"], sorted(seed for seed, one in played.items() if not one.mismatches))

    async def test_a_lane_that_does_not_end_when_asked_is_killed(self):
        lanes.CLOSING_PATIENCE_S = 0.5
        played = await self.play("stubborn", "a")
        self.assertIn("came to no end", played["stubborn"].mismatches[0])
        self.assertEqual([], played["a"].mismatches)

    async def test_a_lane_that_dies_is_replaced_by_one_with_a_folder_of_its_own(self):
        played = await self.play("dies", "dies", "a", "b")
        self.assertIn("ended by itself", played["dies"].mismatches[0])
        self.assertEqual([], played["a"].mismatches)
        later = await self.play("e", "f")
        self.assertTrue(all(pathlib.Path(one.folder).name > "lane-2" for one in later.values()))

    async def test_no_campaign_without_its_points(self):
        with self.assertRaisesRegex(ProgramFailed, "counts the points.*differs"):
            await self.lanes.counted("differs")


if __name__ == "__main__":
    unittest.main()
