#!/usr/bin/env python3
"""Visits through real processes, as somebody sees them who starts tools/demo and looks at what it leaves.

    visit_test.py --build DIR --out DIR [TEST...]

TEST: a test's name as unittest takes it (Happy.test_in_japanese, Faults.test_declined); none: all of them.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/demo.d"))

import faults  # noqa: E402  (the demo's own list of faults)

BUILD = OUT = None
FEE_YEN = 200


class VisitTest(unittest.TestCase):
    def out(self):
        return OUT / self.id().split(".", 1)[1]

    def demo(self, *options, out=None, prefix=(), timeout=110):
        command = [*prefix, ROOT / "tools/demo", "--auto", "--build", BUILD, "--out", out or self.out(), *options]
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL, check=False)

    def visit(self, out=None):
        return json.loads(((out or self.out()) / "visit.json").read_text("utf-8"))

    def pictures(self, out=None):
        return sorted(picture.name for picture in ((out or self.out()) / "screens").glob("*.png"))

    def assert_shape(self, visit):
        self.assertLessEqual({"outcome", "apdus", "charged_yen", "pages", "steps"}, set(visit))
        for step in visit["steps"]:
            self.assertIsInstance(step["name"], str)
            self.assertGreaterEqual(step["ms"], 0)

    def assert_all_checks_passed(self, run, out=None):
        self.assertNotIn("  FAIL ", run.stdout, run.stdout + run.stderr)
        self.assertIn("  ok ", run.stdout, run.stdout + run.stderr)
        # What a build with sanitizers says, it says in the logs.
        for log in sorted(((out or self.out()) / "logs").glob("*.log")):
            said = log.read_text("utf-8", "replace")
            self.assertNotRegex(said, r"ERROR: \w+Sanitizer|runtime error:", log.name)

    def assert_issued(self, run, out=None, most_apdus=8):
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assert_all_checks_passed(run, out)
        visit = self.visit(out)
        self.assert_shape(visit)
        self.assertEqual((visit["outcome"], visit["charged_yen"]), ("issued", FEE_YEN))
        self.assertGreaterEqual(visit["pages"], 1)
        self.assertLessEqual(visit["apdus"], most_apdus)
        certificate = ((out or self.out()) / "certificate.pdf").read_bytes()
        self.assertTrue(certificate.startswith(b"%PDF-"))

    def assert_ends_as_listed(self, fault, *options):
        run = self.demo("--fault", fault.name, *options)
        self.assert_all_checks_passed(run)
        visit = self.visit()
        self.assert_shape(visit)
        self.assertEqual(visit["outcome"], fault.outcome)
        self.assertEqual(visit["charged_yen"], FEE_YEN if fault.money == "paid" else 0)
        self.assertEqual(run.returncode, 0 if fault.money == "paid" else 1, run.stdout + run.stderr)
        self.assertEqual((self.out() / "certificate.pdf").exists(), fault.money == "paid")
        self.assertTrue(any(picture.endswith(f"-{fault.screen}.png") for picture in self.pictures()), self.pictures())
        self.assert_nothing_left_running()

    def assert_nothing_left_running(self):
        listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        left = [line for line in listing.splitlines() if f"{self.out()}/" in line]
        self.assertEqual(left, [])


class Happy(VisitTest):
    def test_in_japanese(self):
        self.assert_issued(self.demo())
        reports = {path.suffixes[0]: path.read_text("utf-8") for path in (self.out() / "day-end").glob("2*.*")}
        self.assertEqual(set(reports), {".txt", ".en", ".json"})
        self.assertIn("一致（確認が必要なものはありません。）", reports[".txt"])
        self.assertRegex(reports[".txt"], f"決済端末 +1件 +{FEE_YEN}円 +0件 +0円 +{FEE_YEN}円")
        self.assertIn("All three ledgers agree.", reports[".en"])
        self.assert_nothing_left_running()
        names = [re.sub(r"^\d+-|\.png$", "", picture) for picture in self.pictures()]
        for name in ("welcome", "place_card", "pin", "kind", "options", "review", "pay", "take", "goodbye"):
            self.assertIn(name, names)
        name = next(person["name"] for person in json.loads((self.out() / "city/residents.json").read_text("utf-8"))
                    if "葛\U000E0102" in person["name"] and person.get("auth_certificate_sha256"))
        text = subprocess.run(["pdftotext", "-raw", self.out() / "certificate.pdf", "-"], capture_output=True, text=True,
                              check=True).stdout
        self.assertIn("".join(name.split()), "".join(text.split()))

    def test_in_english_with_another_pin(self):
        self.assert_issued(self.demo("--lang", "en", "--pin", "1111"))

    def test_twice_into_the_same_directory(self):
        self.assert_issued(self.demo())
        first = self.visit()["visit"]
        self.assert_issued(self.demo())
        self.assertNotEqual(self.visit()["visit"], first)
        self.assertEqual(len([name for name in self.pictures() if name.startswith("01-")]), 1)

    def test_a_visit_after_a_fault_leaves_no_trace_of_it(self):
        self.demo("--fault", "declined")
        self.assert_issued(self.demo())


class Nfc(VisitTest):
    """The card on a PN532, which carries no extended APDUs."""

    def test_whole_visit(self):
        self.assert_issued(self.demo("--reader", "nfc"), most_apdus=12)
        self.assert_nothing_left_running()

    def test_card_pulled(self):
        self.assert_ends_as_listed(faults.BY_NAME["card_pulled"], "--reader", "nfc")


class Help(VisitTest):
    """A volunteer beside the resident, with a real browser."""

    def test_in_japanese(self):
        run = self.demo("help", timeout=240)
        self.assert_issued(run)
        self.assertRegex(run.stdout, r"ok +nothing private in any byte that went to the helper's browser: \d+ bytes")
        helper = sorted(path.stem.split("-", 1)[1] for path in (self.out() / "helper").glob("*.png"))
        for name in ("joined", "points-at-service.certificate", "unseen", "points-at-pay", "ends"):
            self.assertIn(name, helper)
        latency = json.loads((self.out() / "helper/latency.json").read_text("utf-8"))
        self.assertEqual([100, 100], [len(latency[key]) for key in ("answered_ms", "drawn_ms")])
        self.assert_nothing_left_running()

    def test_in_english_over_nfc(self):
        self.assert_issued(self.demo("help", "--lang", "en", "--reader", "nfc", timeout=240), most_apdus=12)


class Consult(VisitTest):
    """A call by video with real browsers, through nginx and coturn."""

    def call(self, *options):
        run = self.demo("consult", *options, timeout=580)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        found = json.loads((self.out() / "call.json").read_text("utf-8"))
        for side in ("frames_kiosk", "frames_staff", "frames_interpreter"):
            self.assertGreater(found[side], 0, side)
        self.assertIn(found["packets_not_tls"], (0, None))      # None: a capture needs root
        self.assert_nothing_left_running()

    def test_in_japanese(self):
        self.call()

    def test_in_english(self):
        self.call("--lang", "en")


class Foreign(VisitTest):
    """Devices that are somebody else's."""

    def foreign(self, set_up):
        shutil.rmtree(self.out(), ignore_errors=True)
        return subprocess.run(
            [ROOT / "tools/emulators/card/with-pcscd", sys.executable, ROOT / "tests/system/foreign_devices.py",
             "--build", BUILD, "--out", self.out(), set_up],
            capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL, check=False)

    def test_card_printer_and_terminal(self):
        self.assert_issued(self.foreign("all"), self.out() / "demo")

    def test_card_of_another_make_that_stays_on_the_reader(self):
        # 12, one for the extended READ that it refuses, and one for the sixth part of its longer certificate.
        self.assert_issued(self.foreign("card"), self.out() / "demo", most_apdus=14)


class Faults(VisitTest):
    """Each ends as --fault list says; the demo itself holds it against the terminal's ledger and the printer's tray."""


for each in faults.ALL:
    setattr(Faults, f"test_{each.name}", lambda self, fault=each: self.assert_ends_as_listed(fault))


class WrongValues(VisitTest):
    """One clear line and exit code 2, before anything is set up."""

    def assert_refused(self, *options, wanted):
        run = self.demo(*options)
        self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
        self.assertEqual(run.stdout, "")
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn(wanted, run.stderr)

    def file(self, text):
        path = self.out() / "given"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def test_an_unknown_option(self):
        self.assert_refused("--bogus", wanted="--bogus")

    def test_a_word_too_many(self):
        self.assert_refused("now", wanted="now")

    def test_an_unknown_fault(self):
        self.assert_refused("--fault", "earthquake", wanted="earthquake")

    def test_a_pin_that_is_none(self):
        for pin in ("123", "12345", "12a4", "", "１２３４"):
            self.assert_refused("--pin", pin, wanted="four digits")

    def test_urls_that_are_none(self):
        self.assert_refused("--printer", "http://127.0.0.1/", wanted="--printer")
        self.assert_refused("--terminal", "127.0.0.1:80", wanted="--terminal")
        self.assert_refused("--terminal", "http://127.0.0.1:99999/", wanted="--terminal")

    def test_a_language_that_is_not_there(self):
        self.assert_refused("--lang", "fr", wanted="fr")

    def test_a_card_that_is_not_there(self):
        self.assert_refused("--card", "paper", wanted="paper")

    def test_a_reader_that_is_not_there(self):
        self.assert_refused("--reader", "usb", wanted="usb")

    def test_an_nfc_reader_for_a_foreign_card(self):
        self.assert_refused("--reader", "nfc", "--card", "external", wanted="--reader nfc")

    def test_files_that_are_missing(self):
        self.assert_refused("--residents", self.out() / "nowhere", wanted="nowhere")
        self.assert_refused("--card", "external", "--card-ca", self.out() / "nowhere", wanted="nowhere")

    def test_residents_that_are_not_json(self):
        self.assert_refused("--residents", self.file("not json"), wanted="not JSON")

    def test_residents_of_another_shape(self):
        self.assert_refused("--residents", self.file("{}"), wanted="not a JSON array")
        self.assert_refused("--residents", self.file('[{"id": "1"}]'), wanted="/0/name")

    def test_a_card_ca_that_is_not_pem(self):
        self.assert_refused("--card", "external", "--card-ca", self.file("-----BEGIN"), wanted="not a PEM certificate")

    def test_a_fault_of_a_device_that_is_not_ours(self):
        self.assert_refused("--fault", "printer_jam", "--printer", "ipp://127.0.0.1:9/ipp/print", wanted="own printer")

    def test_the_list_of_faults(self):
        run = self.demo("--fault", "list")
        self.assertEqual(run.returncode, 0)
        for fault in faults.ALL:
            self.assertIn(fault.name, run.stdout)


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
