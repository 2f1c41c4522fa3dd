#!/usr/bin/env python3
"""boards/: every board.toml is right, and a wrong one is told where, what, and what to write instead."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "images/build.d"))
import board  # noqa: E402
import board_rules  # noqa: E402
from trouble import Trouble  # noqa: E402

GOOD = (ROOT / "boards/pc-x86_64/board.toml").read_text("utf-8")


def complaints(text, folder="pc-x86_64"):
    try:
        board.check(text, folder, "board.toml")
    except Trouble as trouble:
        return str(trouble).splitlines()
    return []


class Boards(unittest.TestCase):
    def test_all_are_right(self):
        self.assertEqual({"pc-x86_64", "qemu-arm64", "qemu-arm64-u-boot", "qemu-x86_64", "raspberrypi-cm4"} - set(board.names()),
                         set())
        for name in board.names():
            with self.subTest(name):
                self.assertEqual(board.load(name).compatible, f"madoguchi-{name}")

    def test_each_has_notes_and_the_untried_say_so(self):
        for name in board.names():
            notes = (ROOT / "boards" / name / "README.md").read_text("utf-8")
            if board.load(name)["board"]["hardware"] == "untried":
                self.assertRegex(notes, "(?i)not tried on hardware|no hardware was here")

    def test_nothing_is_asked_for_that_kiosk_ui_cannot_take(self):
        source = (ROOT / "ui/app/config.cpp").read_text("utf-8")
        for key in board.SCHEMA["screen"]:
            self.assertIn(f'"screen.{key}"', source)

    def test_unknown_board(self):
        with self.assertRaisesRegex(Trouble, "did you mean 'pc-x86_64'"):
            board.load("pc-x86-64")


class Complaints(unittest.TestCase):
    def changed(self, old, new, count=1):
        self.assertIn(old, GOOD)
        return complaints(GOOD.replace(old, new, count))

    def line(self, text):
        return GOOD[:GOOD.index(text)].count("\n") + 1

    def test_good(self):
        self.assertEqual(complaints(GOOD), [])

    def test_wrong_word(self):
        self.assertEqual(self.changed("rotation = 90", "rotation = 45"),
                         [f'board.toml:{self.line("rotation = 90")}: [screen] rotation is 45; it must be one of 0, 90, 180, 270'])

    def test_true_is_no_number(self):
        self.assertRegex(self.changed("width_px = 1080", "width_px = true")[0], "width_px is True; it must be a whole number")

    def test_mistyped_key_and_section(self):
        found = self.changed("timeout_s", "timeout")
        self.assertEqual(len(found), 1)
        self.assertRegex(found[0], r"\[watchdog\] has no key 'timeout'; did you mean 'timeout_s'\?")
        found = self.changed("[tamper]", "[temper]")
        self.assertIn("there is no section [temper]; did you mean 'tamper'?", found[-1])
        self.assertRegex(found[0], r"section \[tamper\] is missing \(it needs line\)")

    def test_missing_key(self):
        self.assertRegex(self.changed('module = "iTCO_wdt"\n', "")[0],
                         rf'board.toml:{self.line("[watchdog]")}: \[watchdog\] needs module = ')

    def test_every_complaint_at_once(self):
        found = complaints(GOOD.replace("rotation = 90", "rotation = 1").replace('"nexo"', '"cash"'))
        self.assertEqual(len(found), 2)

    def test_ids_are_needed_on_hardware(self):
        found = self.changed('usb = ["046d:085c"]', "")
        self.assertEqual(len(found), 1)
        self.assertIn("[camera] needs usb", found[0])

    def test_folder_and_name(self):
        self.assertIn("its folder is 'elsewhere'", complaints(GOOD, "elsewhere")[0])

    def test_no_panel_is_like_that(self):
        self.assertIn("is no panel", self.changed("width_mm = 194.0", "width_mm = 1940.0")[0])

    def test_no_toml(self):
        self.assertIn("this is no TOML", complaints("[board")[0])


class Packages(unittest.TestCase):
    """[firmware] and [loader]: what a board takes out of Debian packages of its own."""

    def complaint(self, section, folder="pc-x86_64"):
        text = GOOD[:GOOD.index("# i915 draws")] + section
        found = complaints(text, folder)
        self.assertEqual(1, len(found), found)
        return found[0]

    def test_neither_is_needed(self):
        self.assertEqual([], complaints(GOOD[:GOOD.index("# i915 draws")]))

    def test_files_of_no_package(self):
        self.assertRegex(self.complaint('[firmware]\nfiles = ["i915/*"]\n'), r":\d+: \[firmware\] needs packages = ")

    def test_no_path_leads_out_of_the_folder(self):
        for path in ("/etc/shadow", "i915/", ""):
            self.assertIn("[firmware] files", self.complaint(f'[firmware]\npackages = ["a-b"]\nfiles = ["{path}"]\n'))

    def test_a_loader_is_for_u_boot(self):
        self.assertIn("[loader] is for boards that start with U-Boot",
                      self.complaint('[loader]\npackages = ["u-boot-rpi"]\nfiles = ["usr/lib/u-boot/rpi_4/u-boot.bin"]\n'))


class Rules(unittest.TestCase):
    def test_every_id_is_let_in_and_owned(self):
        for name in board.names():
            one = board.load(name)
            usbguard, udev = board_rules.usbguard(one), board_rules.udev(one)
            for name, section in one.values.items():
                for usb in section.get("usb", []):
                    self.assertIn(f"allow id {usb}\n", usbguard)
                    if name == "reader":
                        continue
                    vendor, product = usb.split(":")
                    self.assertRegex(udev, rf'idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}", GROUP="[a-z-]+"')

    def test_the_rest_is_blocked(self):
        lines = board_rules.usbguard(board.load("pc-x86_64")).splitlines()
        self.assertEqual(lines[-1], "block")
        self.assertFalse([line for line in lines if re.match(r"allow(?! id | with-interface )", line)])

    def test_readers_are_pcscds(self):
        udev = board_rules.udev(board.load("pc-x86_64"))
        self.assertNotIn("04e6", udev)
        self.assertNotIn("kiosk-reader", udev)


if __name__ == "__main__":
    unittest.main()
