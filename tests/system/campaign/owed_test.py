#!/usr/bin/env python3
"""What tools/campaign owed wants of paper that was paid before the power went, on evidence made up for it."""

import pathlib
import sys
import unittest

CAMPAIGN = pathlib.Path(__file__).resolve().parents[3] / "tools/campaign.d"
sys.path.append(str(CAMPAIGN))
sys.path.append(str(CAMPAIGN.parent / "demo.d"))

import orders       # noqa: E402
import plans        # noqa: E402
from reconcile import Document, Evidence, Job, Move, Settlement, reconcile      # noqa: E402

FEE = 200
BEGAN = ("began", {"service": "certificate"})
CUT = "journal.synced.16:die-before:all"


def paid(visit):
    return Move("Payment", visit, FEE, sale=f"S-{visit}")


def given_back(visit):
    return Move("Reversal", visit, FEE, reversed_sale=f"S-{visit}")


def records(visit, outcome="issued", owed=False):
    kinds = [BEGAN, ("document", {"document": f"N-{visit}", "amount_yen": FEE}), ("charge", {"state": "charged"})]
    return kinds + ([("owed", {"until_ms": 1})] if owed else []) + [("ended", {"outcome": outcome})]


def evidence(journal, moves=(), papers=()):
    return Evidence(journal, list(moves), [Job(f"N-{visit}", "completed", 1) for visit in papers],
                    [Document(f"N-{visit}", visit, "issued" if visit in papers else "voided", FEE)
                     for visit, kinds in journal.items() if any(kind == "document" for kind, _ in kinds)],
                    [Settlement(f"N-{visit}", "issued", FEE, FEE, 1) for visit in papers])


FETCHING = [BEGAN, ("ended", {"outcome": "issued"})]
FETCHED = evidence({"first": records("first", owed=True), "again": FETCHING}, [paid("first")], ["first"])
GAVE_BACK = [paid("first"), given_back("first")]


def judged(who, found, again=False):
    run = plans.run_of(f"owed/{who}/{CUT}" + (f"/{CUT}" if again else ""))
    return " ".join(run.judge(run, found))


class Owed(unittest.TestCase):
    def test_right_endings(self):
        self.assertEqual(judged("same", FETCHED), "")
        self.assertEqual(reconcile(FETCHED), [])
        theirs = evidence({"first": records("first", "voided", owed=True), "second": records("second")},
                          [*GAVE_BACK, paid("second")], ["second"])
        self.assertEqual(judged("other", theirs), "")
        self.assertEqual(judged("nobody", evidence({"first": records("first", "voided", owed=True)}, GAVE_BACK)), "")

    def test_a_visit_that_fetched_nothing_and_says_so(self):
        lost = evidence({"first": records("first", "voided", owed=True), "again": FETCHING}, GAVE_BACK)
        self.assertIn("visit again: the journal ends it as 'issued'", " ".join(reconcile(lost)))

    def test_a_card_that_comes_back_for_nothing(self):
        self.assertIn("did not get the paper", judged("same", evidence({"first": records("first", "voided", owed=True)},
                                                                       GAVE_BACK)))

    def test_a_card_that_pays_twice(self):
        twice = evidence({"first": records("first", owed=True), "again": records("again")},
                         [paid("first"), paid("again")], ["first", "again"])
        self.assertIn("charged 200 yen once more", judged("same", twice))

    def test_another_card_that_gets_the_paper(self):
        theirs = evidence({"first": records("first", owed=True), "second": FETCHING}, [paid("first")], ["first"])
        self.assertIn("its card had not come back", judged("other", theirs))
        self.assertIn("another card did not get its own paper", judged("other", theirs))

    def test_money_that_goes_back_at_once(self):
        self.assertIn("never offered", judged("nobody", evidence({"first": records("first", "voided")}, GAVE_BACK)))

    def test_a_visit_of_nobody(self):
        self.assertIn("nobody had come", judged("nobody", evidence({"first": records("first"), "second": FETCHING})))

    def test_the_days_end_is_no_visit(self):
        days = {"first": records("first", "voided", owed=True), "day": [("day_end", {}), ("ended", {"outcome": "day_end"})]}
        self.assertEqual(judged("nobody", evidence(days, GAVE_BACK)), "")

    def test_what_is_no_seed(self):
        for text in ("owed/same", f"owed/somebody/{CUT}", f"owed/same/{CUT}/{CUT}/{CUT}"):
            with self.assertRaises(orders.WrongSeed, msg=text):
                plans.run_of(text)


if __name__ == "__main__":
    unittest.main()
