#!/usr/bin/env python3
"""The kiosk is killed at the moments of a visit that matter, and starts again.

    kill_test.py --build DIR --out DIR [TEST...]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = OUT = None


class PowerCut(unittest.TestCase):
    """Each is cut, told, and held against the terminal's, the printer's and the gateway's books by the demo."""

    def cut(self, *options, told, end=None):
        """`told`: what the resident may have been told; `end`: what it came to, if that is another thing."""
        out = OUT / self.id().split(".", 1)[1]
        run = subprocess.run(
            [str(word) for word in (ROOT / "tools/demo", "--auto", "--build", BUILD, "--out", out, *options)],
            capture_output=True, text=True, timeout=230, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("  ok   money and paper agree", run.stdout)
        self.assertIn("  ok   the screen says what became of it", run.stdout)
        kill = json.loads((out / "visit.json").read_text("utf-8"))["kill"]
        self.assertIn(kill["told"], told)
        self.assertEqual(kill["end"], end or kill["told"])
        self.assertTrue(list((out / "screens-after").glob("*-welcome.png")))
        for log in sorted((out / "logs").glob("*.log")):
            self.assertNotRegex(log.read_text("utf-8", "replace"), r"ERROR: \w+Sanitizer|runtime error:", log.name)
        return kill

    def test_while_the_pin_is_typed(self):
        kill = self.cut("--kill-at", "pin", "--lang", "en", told=["nothing_moved"])
        self.assertEqual(kill["slips"], 0)

    def test_while_the_document_is_prepared(self):
        self.cut("--kill-at", "preparing", told=["nothing_moved"])

    def test_before_the_tap(self):
        self.cut("--kill-at", "pay", "--lang", "en", told=["nothing_moved"])

    def test_at_the_tap(self):
        # Whether the terminal has booked it is the terminal's secret: both are told as they are.
        kill = self.cut("--kill-at", "pay+400", told=["nothing_moved", "paper_kept", "paper_out"],)
        self.assertIn(kill["net_yen"], (0, 200))

    def test_when_it_is_printed(self):
        kill = self.cut("--kill-at", "printing", "--lang", "en", told=["paper_kept"], end="paper_out")
        self.assertEqual((kill["net_yen"], kill["papers"], kill["slips"]), (200, 1, 2))

    def test_in_the_middle_of_printing(self):
        self.cut("--kill-at", "printing+300", told=["paper_kept", "given_back", "paper_out"])

    def test_while_the_slip_comes_out(self):
        kill = self.cut("--kill-at", "slip_printing+20", told=["paper_out"])
        self.assertGreaterEqual(kill["slips"], 1)

    def test_when_the_paper_is_taken(self):
        kill = self.cut("--kill-at", "take", "--lang", "en", told=["paper_out"])
        self.assertEqual((kill["net_yen"], kill["papers"], kill["slips"]), (200, 1, 1))


class WrongValues(unittest.TestCase):
    def refused(self, *options, wanted):
        run = subprocess.run([str(ROOT / "tools/demo"), "--build", str(BUILD), *options], capture_output=True, text=True,
                             timeout=60, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((run.returncode, run.stdout, len(run.stderr.splitlines())), (2, "", 1), run.stderr)
        self.assertIn(wanted, run.stderr)

    def test_moments_that_are_none(self):
        self.refused("--auto", "--kill-after", "soon", wanted="--kill-after")
        self.refused("--auto", "--kill-at", "pay-3", wanted="--kill-at")
        self.refused("--auto", "--kill-at", "pay", "--kill-after", "3", wanted="one of them")
        self.refused("--auto", "--kill-at", "pay", "--fault", "declined", wanted="--fault")
        self.refused("--kill-at", "pay", wanted="--auto")


def main():
    global BUILD, OUT
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given, rest = arguments.parse_known_args()
    BUILD, OUT = given.build.resolve(), given.out.resolve()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
