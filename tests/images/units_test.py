#!/usr/bin/env python3
"""images/system: the sandboxes of the kiosk's processes, measured by systemd-analyze where it is there."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SYSTEM = pathlib.Path(__file__).resolve().parents[2] / "images/system"
UNITS = SYSTEM / "usr/lib/systemd/system"
WIRE_TABLE = SYSTEM.parents[1] / "firmware/message/wire_table.cpp"
PROCESSES = ["kiosk-ui", "kioskd", "kiosk-link", "kiosk-call", "kiosk-wires", "kiosk-keys"]
# Everybody's connections live as long as it does: its end is a restart of the machine.
KEEPER = "kiosk-wires"
HIGHEST_EXPOSURE = 2.0


def text(name):
    return (UNITS / f"{name}.service").read_text("utf-8")


class Units(unittest.TestCase):
    def test_exposure(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not there")
        with tempfile.TemporaryDirectory() as folder:
            for name in PROCESSES:
                # Under its own name in a folder of its own: nothing of this machine's units is read.
                copy = pathlib.Path(folder) / f"{name}.service"
                shutil.copyfile(UNITS / copy.name, copy)
                said = subprocess.run(["systemd-analyze", "security", "--offline=true", str(copy)], capture_output=True,
                                      text=True, check=False).stdout
                found = re.search(r"exposure level for \S+: (\d+\.\d)", said)
                with self.subTest(name):
                    self.assertIsNotNone(found, said[-400:])
                    self.assertLessEqual(float(found[1]), HIGHEST_EXPOSURE)

    def test_users_of_their_own(self):
        for name in PROCESSES:
            self.assertRegex(text(name), rf"(?m)^User={name}$")

    def test_watched_and_limited(self):
        for name in PROCESSES:
            for line in (r"Type=notify", r"WatchdogSec=\d+", r"MemoryMax=\d+M", r"TasksMax=\d+",
                         "FailureAction=reboot" if name == KEEPER else "Restart=always"):
                self.assertRegex(text(name), rf"(?m)^{line}$", name)

    def test_only_the_link_reaches_beyond_the_cabinet(self):
        self.assertIn("PrivateNetwork=yes", text("kiosk-ui"))
        self.assertIn("PrivateNetwork=yes", text("kiosk-call"))
        self.assertIn("IPAddressDeny=any", text("kioskd"))
        self.assertIn("PrivateNetwork=yes", text("kiosk-keys"))
        self.assertIn("RestrictAddressFamilies=AF_UNIX\n", text("kiosk-keys"))
        self.assertNotIn("ReadWritePaths=/data/kioskd", text("kiosk-link"))
        self.assertIn("InaccessiblePaths=-/data/kioskd", text("kiosk-link"))

    def test_the_screen_waits_for_no_other_process(self):
        waits = " ".join(re.findall(r"(?m)^(?:After|Requires|Wants)=(.*)$", text("kiosk-ui")))
        self.assertEqual({"kiosk-wires.socket"}, set(waits.split()))
        self.assertIn("DefaultDependencies=no", text("kiosk-ui"))

    def test_the_boot_loaders_partition_is_mended_before_it_is_mounted(self):
        # FAT has no journal: after a power cut the kernel may set it read only, and no update goes in any more.
        found = [line.split() for line in (SYSTEM / "etc/fstab").read_text("ascii").splitlines() if " /efi " in line]
        self.assertEqual([("vfat", "2")], [(line[2], line[5]) for line in found])
        packages = (SYSTEM.parent / "packages").read_text("ascii").splitlines()
        self.assertIn("kiosk dosfstools", packages)

    def test_nobody_takes_another_ones_end_of_a_wire(self):
        ends = [end for name in PROCESSES for end in re.findall(r"(?m)^OpenFile=/run/madoguchi/wires/(\S+)$", text(name))]
        wires = re.findall(r'\{"([a-z-]+)", "([a-z-]+)", (?:true|false)\}', WIRE_TABLE.read_text("utf-8"))
        self.assertEqual(sorted(end for wire in wires for end in wire), sorted(ends))
        sockets = re.findall(r"(?m)^ListenSequentialPacket=/run/madoguchi/wires/(\S+)$", (UNITS / "kiosk-wires.socket").read_text("utf-8"))
        self.assertEqual(sorted(ends), sorted(sockets))
        for name in PROCESSES:
            for end in re.findall(r"(?m)^OpenFile=/run/madoguchi/wires/(\S+)$", text(name)):
                self.assertTrue(name.removeprefix("kiosk-") == end.split("-")[0], (name, end))


if __name__ == "__main__":
    unittest.main()
