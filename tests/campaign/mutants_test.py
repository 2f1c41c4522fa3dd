#!/usr/bin/env python3
"""What tools/campaign.d/mutants.py changes in a line, and what it leaves alone."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/campaign.d"))

from mutate import CORE     # noqa: E402
from mutants import mutants     # noqa: E402


def changed(line):
    """{kind: [what the line becomes]}"""
    out = {}
    for mutant in mutants("x.cpp", f"  {line}"):
        out.setdefault(mutant.kind, []).append(mutant.after)
    return out


class Mutants(unittest.TestCase):
    def test_comparisons(self):
        self.assertEqual(changed("if (a == b) return mismatch(x);"),
                         {"flip comparison": ["if (a != b) return mismatch(x);"], "drop guard": [""]})
        self.assertEqual(changed("return left <= most;"), {"flip comparison": ["return left < most;"],
                                                           "reverse comparison": ["return left > most;"]})

    def test_conditions(self):
        self.assertEqual(changed("if (a && !b) {"), {"and, or": ["if (a || !b) {"],
                                                     "negate condition": ["if (!(a && !b)) {"]})
        self.assertEqual(changed("if (auto done = write(x); !done) {"),
                         {"negate condition": ["if (auto done = write(x); !(!done)) {"]})
        self.assertEqual(changed("if (const auto* x = f()) {"), {})

    def test_statements(self):
        self.assertEqual(changed("co_await reader.release();"), {"drop statement": [";"]})
        self.assertEqual(changed("record.state = next;"), {"drop statement": [";"]})
        self.assertEqual(changed("co_return false;"), {"true, false": ["co_return true;"]})
        for line in ("const int a = f();", "return f();", "log_event(Event::x, {});", "f(a,"):
            self.assertEqual(changed(line), {}, line)

    def test_rows_of_a_table(self):
        rows = ("    Row{idle, Event::pay, {paying, send}},\n"
                "    Row{paying, Event::lost, {checking, ask}},")
        first = [mutant.after for mutant in mutants("x.cpp", rows) if mutant.line == 1]
        self.assertEqual(first, ["", "Row{idle, Event::pay, {checking, send}},", "Row{idle, Event::pay, {paying, ask}},"])

    def test_pairs_of_a_list(self):
        pairs = '    {"Edy", no_sale},\n    {"nanaco", sold},'
        first = [mutant.after for mutant in mutants("x.cpp", pairs) if mutant.line == 1]
        self.assertEqual(first, ["", '{"Edy", sold},'])

    def test_what_must_never_be_left_out(self):
        """Lines that the tests were once blind to, or that a city will ask about."""
        listed = {file: [mutant for mutant in mutants(file, (ROOT / file).read_text())] for file in CORE}
        self.assertTrue([one for one in listed["firmware/visit/money_and_paper.cpp"]
                         if "can_write_all()" in one.before and one.kind == "drop guard"])
        brands = [one.before for one in listed["firmware/payment/brand_rules.cpp"] if one.kind == "drop row"]
        for brand in ("Edy", "WAON", "Suica", "nanaco", "iD", "QUICPay"):
            self.assertTrue([row for row in brands if f'"{brand}"' in row], brand)
        for file in ("firmware/payment/resolution.cpp", "firmware/visit/recovery.cpp"):
            self.assertTrue(listed[file], file)

    def test_one_line_changes_at_a_time(self):
        for file in CORE:
            text = (ROOT / file).read_text()
            found = mutants(file, text)
            self.assertTrue(found, file)
            for mutant in found:
                pairs = zip(text.split("\n"), mutant.source.split("\n"), strict=True)
                self.assertEqual(sum(a != b for a, b in pairs), 1, mutant)

    def test_keys_are_one_each(self):
        keys = [mutant.key for file in CORE for mutant in mutants(file, (ROOT / file).read_text())]
        self.assertEqual(len(keys), len(set(keys)))


if __name__ == "__main__":
    unittest.main()
