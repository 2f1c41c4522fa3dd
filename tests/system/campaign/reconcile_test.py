#!/usr/bin/env python3
"""The rule of tools/campaign on ledgers made up for it: it must be content with what is right, and must find each kind
of wrong money and wrong paper. A rule that cannot fail proves nothing."""

import dataclasses
import pathlib
import sys
import unittest

CAMPAIGN = pathlib.Path(__file__).resolve().parents[3] / "tools/campaign.d"
sys.path.append(str(CAMPAIGN))
sys.path.append(str(CAMPAIGN.parent / "demo.d"))

import orders       # noqa: E402
import plans        # noqa: E402
from reconcile import Document, Evidence, Job, Move, Settlement, reconcile      # noqa: E402

VISIT, NUMBER, FEE = "visit-1", "AAAA-BBBB-CCCC", 200


def journal(charge="charged", printed="completed", outcome="issued", ticket="T1"):
    """The records of a visit that came to its document; None leaves one out."""
    records = [("began", {"service": "certificate"}), ("document", {"document": NUMBER, "amount_yen": FEE})]
    if charge:
        records.append(("charge", {"state": charge, "payment_service_id": ticket}))
    if printed:
        records.append(("print", {"state": printed}))
    if outcome:
        records.append(("ended", {"outcome": outcome}))
    return {VISIT: records}


PAYMENT = Move("Payment", VISIT, FEE, sale="S1")
REVERSAL = Move("Reversal", VISIT, FEE, sale="S2", reversed_sale="S1")
PAPER = Job(NUMBER, "completed", 1)
JAMMED = Job(NUMBER, "canceled", 0)


def document(state):
    return Document(NUMBER, VISIT, state, FEE)


def settled(outcome, charged=0, sheets=0):
    return Settlement(NUMBER, outcome, FEE, charged, sheets)


ISSUED = Evidence(journal(), [PAYMENT], [PAPER], [document("issued")], [settled("issued", FEE, 1)])
GIVEN_BACK = Evidence(journal("reversed", "failed", "print_failed"), [PAYMENT, REVERSAL], [JAMMED],
                      [document("voided")], [settled("voided")])
DECLINED = Evidence(journal("not_charged", None, "declined"), [Move("Payment", VISIT, 0)], [], [document("voided")],
                    [settled("voided")])
INTERRUPTED = Evidence({VISIT: [("began", {}), ("ended", {"outcome": "interrupted"})]}, [], [], [document("prepared")], [])
UNRESOLVED = Evidence(journal("unresolved", None, "unresolved"), [PAYMENT], [], [document("unresolved")],
                      [settled("unresolved")], unresolved_allowed=True)


def but(evidence, **changes):
    return dataclasses.replace(evidence, **changes)


class ContentWith(unittest.TestCase):
    def test_every_right_ending(self):
        for evidence in (ISSUED, GIVEN_BACK, DECLINED, INTERRUPTED, UNRESOLVED):
            self.assertEqual(reconcile(evidence), [], evidence)

    def test_no_visit_at_all(self):
        self.assertEqual(reconcile(Evidence({}, [], [], [], [])), [])

    def test_a_free_certificate(self):
        free = Document(NUMBER, VISIT, "issued", 0)
        self.assertEqual(reconcile(but(ISSUED, journal=journal(charge=None), moves=[], documents=[free],
                                       settlements=[settled("issued", 0, 1)])), [])

    def test_an_open_visit_while_the_gateway_is_away(self):
        waiting = but(ISSUED, journal=journal(outcome=None), documents=[document("prepared")], settlements=[])
        self.assertEqual(reconcile(but(waiting, gateway_reachable=False)), [])
        self.assertEqual(len(reconcile(waiting)), 2)

    def test_sheets_that_jammed_after_the_first(self):
        self.assertEqual(reconcile(but(GIVEN_BACK, jobs=[Job(NUMBER, "aborted", 1)])), [])


class Finds(unittest.TestCase):
    def finds(self, words, evidence):
        found = reconcile(evidence)
        self.assertTrue(any(words in sentence for sentence in found), found)

    def test_money_without_paper(self):
        self.finds("yen were taken and no paper came out", but(ISSUED, jobs=[JAMMED]))

    def test_paper_without_money(self):
        self.finds("the paper came out for 0 yen", but(ISSUED, moves=[]))

    def test_paper_whose_money_went_back(self):
        self.finds("the paper came out for 0 yen", but(ISSUED, moves=[PAYMENT, REVERSAL]))

    def test_another_amount(self):
        self.finds("100 yen were taken, and 200 yen were due",
                   but(ISSUED, moves=[dataclasses.replace(PAYMENT, moved_yen=100)]))

    def test_two_payments(self):
        self.finds("2 payments", but(ISSUED, moves=[PAYMENT, dataclasses.replace(PAYMENT, sale="S3")]))

    def test_two_payments_of_which_one_went_back(self):
        self.finds("2 payments", but(ISSUED, moves=[PAYMENT, dataclasses.replace(PAYMENT, sale="S3"), REVERSAL]))

    def test_two_reversals(self):
        self.finds("2 reversals", but(GIVEN_BACK, moves=[PAYMENT, REVERSAL, REVERSAL]))

    def test_the_paper_twice(self):
        self.finds("the paper came out 2 times", but(ISSUED, jobs=[PAPER, PAPER]))

    def test_an_open_visit(self):
        self.finds("still open in the journal", but(ISSUED, journal=journal(outcome=None)))

    def test_a_record_that_waits_for_the_city(self):
        waiting = {"R": [("began", {"service": "flow"}), ("flow", {})]}
        self.assertEqual([], reconcile(but(ISSUED, journal=journal() | waiting)))

    def test_an_unsettled_document(self):
        self.finds("still waits for the settlement", but(ISSUED, documents=[document("prepared")], settlements=[]))

    def test_a_job_that_never_ended(self):
        self.finds("still holds a job", but(ISSUED, jobs=[PAPER, Job(NUMBER, "held")]))

    def test_unresolved_without_need(self):
        self.finds("although terminal and printer can be asked", but(UNRESOLVED, unresolved_allowed=False))

    def test_unresolved_without_a_ticket(self):
        self.finds("without a ticket", but(UNRESOLVED, journal=journal("unresolved", None, "unresolved", ticket="")))

    def test_unresolved_that_the_gateway_does_not_know_of(self):
        self.finds("the gateway does not know", but(UNRESOLVED, documents=[document("voided")]))

    def test_unresolved_that_the_journal_does_not_know_of(self):
        self.finds("the gateway calls a document unresolved", but(ISSUED, documents=[document("unresolved")]))

    def test_unresolved_is_no_excuse_for_two_payments(self):
        self.finds("2 payments", but(UNRESOLVED, moves=[PAYMENT, dataclasses.replace(PAYMENT, sale="S3")]))

    def test_genuine_for_the_gateway_and_never_printed(self):
        self.finds("genuine that never came out", but(GIVEN_BACK, documents=[document("issued")]))

    def test_void_for_the_gateway_and_printed(self):
        self.finds("void that came out", but(ISSUED, documents=[document("voided")]))

    def test_the_gateways_ledger_against_the_terminals(self):
        self.finds("the gateway's ledger says 0 yen", but(ISSUED, settlements=[settled("issued", 0, 1)]))

    def test_the_gateways_sheets_against_the_tray(self):
        self.finds("the gateway's ledger says 3 sheets", but(ISSUED, settlements=[settled("issued", FEE, 3)]))

    def test_a_journal_that_believes_in_money(self):
        self.finds("the journal says charged", but(DECLINED, journal=journal("charged", None, "declined")))

    def test_a_journal_that_does_not_know_of_money(self):
        self.finds("the journal says not_charged", but(ISSUED, journal=journal("not_charged")))

    def test_an_outcome_that_is_not_the_gateways(self):
        self.finds("the journal ends it as 'declined'", but(ISSUED, journal=journal(outcome="declined")))
        self.finds("the journal ends it as 'issued'", but(GIVEN_BACK, journal=journal("reversed", "failed", "issued")))

    def test_money_of_a_visit_that_the_journal_lost(self):
        self.finds("took 200 yen for a visit", but(ISSUED, journal={}))

    def test_a_document_of_a_visit_that_the_journal_lost(self):
        self.finds("the gateway issued", but(ISSUED, journal={}, moves=[], jobs=[], settlements=[]))

    def test_paper_that_nobody_issued(self):
        self.finds("nobody issued", but(ISSUED, jobs=[PAPER, Job("XXXX-YYYY-ZZZZ", "completed", 1)]))

    def test_money_back_for_a_sale_that_never_was(self):
        self.finds("a sale that it never made", but(DECLINED, moves=[REVERSAL]))

    def test_a_damaged_journal(self):
        self.finds("the journal is damaged", but(ISSUED, journal_damage="row 3 missing from index"))


class Seeds(unittest.TestCase):
    def test_a_seed_is_the_run(self):
        run = plans.run_of("power-cut/journal.write.17:tear:some/recv.link.2:die-before:all")
        self.assertEqual(run.cut, orders.Order("journal.write.17", "tear", "some"))
        self.assertEqual(run.again.text(), "recv.link.2:die-before:all")
        self.assertEqual(run, plans.run_of(run.seed))

    def test_what_is_no_seed(self):
        for text in ("", "power-cut", "power-cut/", "person/1", "power-cut/journal.write:tear:some"):
            with self.assertRaises(orders.WrongSeed, msg=text):
                plans.run_of(text)

    def test_a_sample_is_spread_and_always_the_same(self):
        self.assertEqual(orders.spread(range(100), 4), [0, 25, 50, 75])
        self.assertEqual(orders.spread(range(3), 4), [0, 1, 2])
        self.assertEqual(orders.spread(range(3), None), [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
