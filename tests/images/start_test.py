#!/usr/bin/env python3
"""images/system: who judges a start (health) and RAUC's back end on systemd-boot's counters, run by the shell on a folder. The
other programs are the test's; a second of theirs passes at once."""

import pathlib
import re
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "images/system/usr/lib/madoguchi"
# What the scripts call, by the files of the folder. `sleep` counts, and lets the world change.
SYSTEMCTL = """\
echo "systemctl $*" >>calls
[ "$1" != is-active ] || { unit=${3%.service}; [ -e "up/$unit" ]; }
"""
SLEEP = """\
seconds=$(($(cat seconds) + $1))
echo $seconds >seconds
[ $seconds -lt 3000 ] || kill $PPID
for at in at/*; do
  [ -e "$at" ] && [ $seconds -ge "${at#at/}" ] || continue
  sh "$at"
  rm "$at"
done
"""
EVERYTHING = ("kiosk-ui", "kioskd", "kiosk-link", "data")


class Start(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        for name in ("up", "at", "bin", "efi/EFI/Linux", "run/madoguchi", "data/kioskd"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "seconds").write_text("0", "ascii")
        (self.folder / "calls").touch()
        for name, text in (("systemctl", SYSTEMCTL), ("sleep", SLEEP), ("sync", ""), ("mountpoint", "[ -e up/data ]"),
                           ("keep-log", 'echo "keep-log $*" >>calls')):
            self.program(name, text)
        for script in ("health", "boot-backend"):
            text = (SCRIPTS / script).read_text("ascii")
            text = text.replace("/usr/lib/madoguchi/", f"{self.folder}/bin/")
            text = re.sub(r"/(efi|run/madoguchi|data/kioskd)\b", rf"{self.folder}/\1", text)
            self.program(script, text.replace(">/dev/kmsg", f">>{self.folder}/said"))

    def program(self, name, text):
        path = self.folder / "bin" / name
        path.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n", "ascii")
        path.chmod(0o755)

    def entries(self, *names):
        for name in names:
            (self.folder / "efi/EFI/Linux" / name).touch()

    def on_esp(self):
        return sorted(path.name for path in (self.folder / "efi/EFI/Linux").iterdir())

    def run_script(self, *words):
        environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin"}
        return subprocess.run([self.folder / "bin" / words[0], *words[1:]], cwd=self.folder, env=environment, capture_output=True,
                              text=True, check=False)


class Health(Start):
    def judge(self, slot, up=EVERYTHING, later=()):
        """`later`: (second, shell command) of what happens by itself. (exit code, calls that change something, seconds)."""
        (self.folder / "run/madoguchi/start").write_text(f"KIOSK_SLOT={slot}\n", "ascii")
        for name in up:
            (self.folder / "up" / name).touch()
        for second, command in later:
            (self.folder / f"at/{second}").write_text(command, "ascii")
        done = self.run_script("health")
        self.assertEqual("", done.stderr)
        calls = [line for line in (self.folder / "calls").read_text("ascii").splitlines() if " is-active " not in line]
        return done.returncode, calls, int((self.folder / "seconds").read_text("ascii"))

    def said(self):
        return (self.folder / "said").read_text("ascii")

    def test_a_trial_is_good_after_five_calm_seconds(self):
        self.entries("kiosk-0001-a.efi", "kiosk-0002-b+2-1.efi")
        self.assertEqual((0, [], 5), self.judge("b"))
        self.assertEqual(["kiosk-0001-a.efi", "kiosk-0002-b.efi"], self.on_esp())

    def test_what_comes_and_goes_is_not_calm(self):
        self.entries("kiosk-0002-b+2-1.efi")
        self.assertEqual((0, [], 12), self.judge("b", later=[(3, "rm up/kiosk-ui"), (7, "touch up/kiosk-ui")]))

    def test_a_trial_whose_screen_never_comes_goes_back(self):
        self.entries("kiosk-0001-a.efi", "kiosk-0002-b+2-1.efi")
        code, calls, seconds = self.judge("b", up=("kioskd", "kiosk-link", "data"))
        self.assertEqual((1, ["keep-log no picture", "systemctl reboot"]), (code, calls))
        self.assertGreaterEqual(seconds, 300)
        self.assertEqual(["kiosk-0001-a.efi", "kiosk-0002-b+2-1.efi"], self.on_esp())

    def test_what_did_not_start_on_a_good_slot_is_started_again(self):
        self.entries("kiosk-0001-a.efi")
        # The data partition was opened so late that what needs it had been given up.
        code, calls, seconds = self.judge("a", up=("kiosk-ui",), later=[
            (400, "touch up/data"), (650, "touch up/kioskd up/kiosk-link")])
        again = "systemctl start --no-block kiosk-keys kiosk-link kiosk-call kioskd"
        self.assertEqual((0, [again, again]), (code, calls))
        self.assertLess(seconds, 660)
        self.assertIn("slot a: no data partition", self.said())
        self.assertIn("slot a: kioskd does not run", self.said())

    def test_kioskd_decides_over_what_it_installed(self):
        self.entries("kiosk-0002-b+2-1.efi")
        (self.folder / "data/kioskd/update.json").write_text('{"state": "trying"}', "ascii")
        self.assertEqual((0, [], 100), self.judge("b", later=[
            (100, "mv efi/EFI/Linux/kiosk-0002-b+2-1.efi efi/EFI/Linux/kiosk-0002-b.efi")]))
        self.assertIn("slot b was kept by kioskd", self.said())

    def test_kioskd_is_not_waited_for_for_ever(self):
        self.entries("kiosk-0002-b+2-1.efi")
        (self.folder / "data/kioskd/update.json").write_text('{"state": "trying"}', "ascii")
        code, calls, seconds = self.judge("b")
        self.assertEqual((1, "systemctl reboot"), (code, calls[-1]))
        self.assertIn("kioskd has not decided", calls[0])
        self.assertLess(seconds, 1000)


class Backend(Start):
    def ask(self, *words):
        done = self.run_script("boot-backend", *words)
        self.assertEqual("", done.stderr)
        return done.stdout.strip() if done.returncode == 0 else None

    def test_an_update(self):
        self.entries("kiosk-0001-a.efi", "kiosk-0000-b.efi")
        self.assertEqual("a", self.ask("get-primary"))
        self.assertEqual("", self.ask("set-state", "b", "bad"))
        self.assertEqual("bad", self.ask("get-state", "b"))
        self.assertEqual("", self.ask("set-primary", "b"))
        self.assertEqual(["kiosk-0001-a.efi", "kiosk-0002-b+3.efi"], self.on_esp())
        self.assertEqual(("b", "", None), (self.ask("get-primary"), self.ask("on-trial", "b"), self.ask("on-trial", "a")))
        self.assertEqual("", self.ask("set-state", "b", "good"))
        self.assertEqual(["kiosk-0001-a.efi", "kiosk-0002-b.efi"], self.on_esp())

    def test_starts_that_were_counted_to_nothing(self):
        self.entries("kiosk-0001-a.efi", "kiosk-0002-b+0-3.efi")
        self.assertEqual(("a", "bad"), (self.ask("get-primary"), self.ask("get-state", "b")))

    def test_numbers_with_leading_zeros_are_decimal(self):
        self.entries("kiosk-0009-a.efi", "kiosk-0008-b.efi")
        self.assertEqual("a", self.ask("get-primary"))
        self.ask("set-primary", "b")
        self.assertEqual(["kiosk-0009-a.efi", "kiosk-0010-b+3.efi"], self.on_esp())

    def test_a_slot_without_kernel_image(self):
        self.entries("kiosk-0001-a.efi")
        self.assertEqual(["", None, None, None], [self.ask("set-state", "b", "bad"), self.ask("set-state", "b", "good"),
                                                  self.ask("set-primary", "b"), self.ask("on-trial", "b")])
        self.assertEqual("bad", self.ask("get-state", "b"))
        self.assertIsNone(self.ask("nonsense"))


if __name__ == "__main__":
    unittest.main()
