#!/usr/bin/env python3
"""What tools/campaign taps wants of a journal, on evidence made up for it."""

import pathlib
import sys
import unittest

CAMPAIGN = pathlib.Path(__file__).resolve().parents[3] / "tools/campaign.d"
sys.path.append(str(CAMPAIGN))
sys.path.append(str(CAMPAIGN.parent / "demo.d"))

import orders       # noqa: E402
import plans        # noqa: E402
import taps         # noqa: E402
from reconcile import Document, Evidence, Move      # noqa: E402

VISIT, FEE = "visit-1", 200


def told(brand, way, rule=None, sold=False, unconfirmed=True, said=None, fault="none", state=None, named=None):
    """What the campaign says of a visit in which the journal wrote this rule and the terminal moved money or not."""
    charge = {"state": state or ("charged" if sold else "not_charged"), "payment_service_id": "T1", "brand": named or brand}
    if rule:
        charge["interrupted_tap"] = rule
    move = Move("Payment", VISIT, FEE if sold else 0, sale="S1", brand=brand, state=said or ("charged" if sold else "Cancel"),
                unconfirmed=unconfirmed)
    document = "unresolved" if state == "unresolved" else "issued" if sold else "voided"
    evidence = Evidence({VISIT: [("charge", charge)]}, [move], [], [Document("N1", VISIT, document, FEE)], [])
    run = plans.run_of(f"taps@{brand}/{way}:{fault}")
    return run.judge(run, evidence)


class Taps(unittest.TestCase):
    def test_each_brand_by_its_rule(self):
        self.assertEqual(told("WAON", "gone", "no_sale_until_retouch"), [])
        self.assertEqual(told("WAON", "retouched", sold=True, unconfirmed=False), [])
        self.assertEqual(told("nanaco", "gone", "sold_and_corrected_later", sold=True), [])
        self.assertEqual(told("iD", "late", "no_sale"), [])
        self.assertEqual(told("VISA", "gone", unconfirmed=False), [])

    def test_another_brands_rule(self):
        self.assertIn("the journal says 'no_sale' of WAON", told("WAON", "gone", "no_sale")[0])
        self.assertIn("of Edy, and WAON says", told("WAON", "gone", "no_sale_until_retouch", named="Edy")[0])

    def test_an_interruption_that_the_journal_does_not_know_of(self):
        self.assertIn("the journal does not", told("WAON", "gone")[0])

    def test_an_interruption_that_was_none(self):
        self.assertIn("not interrupted in the end",
                      told("WAON", "retouched", "no_sale_until_retouch", sold=True, unconfirmed=False)[0])

    def test_a_sale_against_the_rule(self):
        self.assertIn("ended with 200 yen", told("iD", "gone", "no_sale", sold=True)[0])
        self.assertIn("ended with 0 yen", told("nanaco", "gone", "sold_and_corrected_later", sold=False)[0])

    def test_a_terminal_that_contradicts_the_brand(self):
        self.assertIn("was believed", told("iD", "booked", "no_sale", sold=True)[0])
        self.assertEqual(told("iD", "booked", "no_sale", sold=True, state="unresolved"), [])

    def test_every_brand_has_every_way_that_it_can_go(self):
        pairs = taps.pairs(orders.BRANDS)
        for brand in orders.BRANDS:
            self.assertGreaterEqual({way for each, way in pairs if each == brand}, {"gone", "retouched", "late"})
            self.assertTrue([way for each, way in pairs if each == brand and way in taps.AGAINST_THE_RULE], brand)

    def test_a_reply_that_is_lost(self):
        self.assertEqual(taps.modes(("late", True)), ("mode drop-reply",))
        self.assertEqual(taps.modes(("booked", True)), ("mode interrupted-booked", "mode drop-reply"))

    def test_what_is_no_seed(self):
        for text in ("taps@nanaco/booked:none", "taps@WAON/away:none", "taps@WAON/gone:rain", "taps@WAON/gone"):
            with self.assertRaises(orders.WrongSeed, msg=text):
                plans.run_of(text)


if __name__ == "__main__":
    unittest.main()
