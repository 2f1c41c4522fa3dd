#!/usr/bin/env python3
"""images/u-boot: the script as U-Boot takes it, and RAUC's back end on slots.env, run by the shell on a folder."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "images/build.d"))
import u_boot  # noqa: E402

SCRIPT = (ROOT / "images/u-boot/boot.cmd").read_text("ascii")


class Script(unittest.TestCase):
    def test_there_and_back(self):
        self.assertEqual(SCRIPT, u_boot.unscript(u_boot.script(SCRIPT)))

    def test_one_other_bit_is_noticed(self):
        image = u_boot.script(SCRIPT)
        for place in (5, 13, 25, 40, 66, len(image) - 1):
            with self.subTest(place), self.assertRaises(ValueError):
                u_boot.unscript(image[:place] + bytes([image[place] ^ 1]) + image[place + 1:])

    def test_every_variable_is_set_somewhere(self):
        own = set(re.findall(r"setenv (\w+)", SCRIPT)) | set(re.findall(r"for (\w+) in", SCRIPT)) | {"kiosk_a", "kiosk_b"}
        # U-Boot's own: of its boot methods, of its memory map, of `load`.
        own |= {"devtype", "devnum", "distro_bootpart", "kernel_addr_r", "fdt_addr", "filesize"}
        self.assertEqual(set(re.findall(r"\$\{(\w+)\}", SCRIPT)) - own, set())


class Backend(unittest.TestCase):
    """The script itself, its folders moved into one of the test's."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.efi = pathlib.Path(self._folder.name)
        (self.efi / "EFI/Linux").mkdir(parents=True)
        for slot in "ab":
            (self.efi / f"EFI/Linux/kiosk-{slot}.efi").touch()
        self.state = self.efi / "slots.env"
        self.state.write_text(u_boot.SLOTS, "ascii")
        text = (ROOT / "images/u-boot/boot-backend").read_text("ascii")
        self.program = self.efi / "backend"
        self.program.write_text(re.sub(r"/efi\b", str(self.efi), text), "ascii")

    def ask(self, *words):
        done = subprocess.run(["sh", self.program, *words], capture_output=True, text=True, check=False)
        self.assertEqual("", done.stderr)
        return done.stdout.strip() if done.returncode == 0 else None

    def test_as_it_is_flashed(self):
        (self.efi / "EFI/Linux/kiosk-b.efi").unlink()
        self.assertEqual("a", self.ask("get-primary"))
        self.assertEqual(["good", "bad"], [self.ask("get-state", slot) for slot in "ab"])
        self.assertIsNone(self.ask("on-trial", "a"))

    def test_an_update(self):
        self.ask("set-state", "b", "bad")
        self.assertEqual("a", self.ask("get-primary"))
        self.assertEqual("", self.ask("set-primary", "b"))
        self.assertEqual("b", self.ask("get-primary"))
        self.assertEqual("kiosk_order=b a\nkiosk_a=good\nkiosk_b=3\n", self.state.read_text("ascii"))
        self.assertEqual("", self.ask("on-trial", "b"))
        self.assertEqual("", self.ask("set-state", "b", "good"))
        self.assertIsNone(self.ask("on-trial", "b"))
        self.assertEqual("kiosk_order=b a\nkiosk_a=good\nkiosk_b=good\n", self.state.read_text("ascii"))

    def test_starts_that_u_boot_counted_to_nothing(self):
        self.state.write_text("kiosk_order=b a\nkiosk_a=good\nkiosk_b=0\n", "ascii")
        self.assertEqual("a", self.ask("get-primary"))
        self.assertEqual("bad", self.ask("get-state", "b"))

    def test_what_u_boot_writes_is_read(self):
        # `env export -t` sorts the names and ends with a zero byte.
        self.state.write_bytes(b"kiosk_a=good\nkiosk_b=2\nkiosk_order=b a\n\0")
        self.assertEqual("b", self.ask("get-primary"))
        self.assertEqual("", self.ask("on-trial", "b"))
        self.assertIsNone(self.ask("on-trial", "a"))

    def test_no_state_and_a_broken_one(self):
        for text in (None, "", "kiosk_order=b\nkiosk_a=", "\0\0\0"):
            with self.subTest(text):
                if text is None:
                    self.state.unlink()
                else:
                    self.state.write_text(text, "ascii")
                self.assertEqual("a", self.ask("get-primary"))
                self.assertEqual(["good", "good"], [self.ask("get-state", slot) for slot in "ab"])

    def test_a_slot_without_kernel_image_is_never_good(self):
        (self.efi / "EFI/Linux/kiosk-b.efi").unlink()
        self.assertIsNone(self.ask("set-primary", "b"))
        self.assertIsNone(self.ask("set-state", "b", "good"))
        self.assertEqual(u_boot.SLOTS, self.state.read_text("ascii"))


if __name__ == "__main__":
    unittest.main()
