#!/usr/bin/env python3
"""The page that a resident takes home after a lesson is free: no campaign may call it unpaid paper."""

import pathlib
import sys
import types
import unittest

CAMPAIGN = pathlib.Path(__file__).resolve().parents[3] / "tools/campaign.d"
sys.path.append(str(CAMPAIGN))
sys.path.append(str(CAMPAIGN.parent / "demo.d"))

from ledgers import Ledgers     # noqa: E402
from reconcile import Job       # noqa: E402


class Sheets(unittest.TestCase):
    def test_a_sheet_is_no_certificate(self):
        printer = types.SimpleNamespace(lines=[
            "job 1 printing job-1-lesson-sheet-6f1c.pdf", "job 1 completed pages 1",
            "job 2 printing job-2-20261122-0001.pdf", "job 2 completed pages 2"])
        ledgers = Ledgers("terminal.jsonl", printer, "ipp://localhost", "gateway.sqlite", "kioskctl")
        self.assertEqual(ledgers._jobs(), [Job("20261122-0001", "completed", 2)])

    def test_the_kiosk_calls_it_so(self):
        header = (CAMPAIGN.parents[1] / "firmware/visit/lesson_sheet.h").read_text("utf-8")
        self.assertIn('lesson_sheet_job = "lesson-sheet-"', header)


if __name__ == "__main__":
    unittest.main()
