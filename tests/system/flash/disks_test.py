#!/usr/bin/env python3
"""Which disks tools/flash offers and why it refuses others: lsblk's JSON as a desk of a maintainer has it (disks.json,
written after the output of util-linux 2.38), and a sysfs beside it. And the arithmetic of progress."""

import json
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(ROOT / "tools/flash.d"))

import disks            # noqa: E402
import faults           # noqa: E402
import options          # noqa: E402
from progress import Progress   # noqa: E402

GIB = 1 << 30


class Listing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        sysfs = pathlib.Path(folder.name)
        for name, kind in (("mmcblk0", "MMC"), ("mmcblk1", "SD")):
            (sysfs / "block" / name / "device").mkdir(parents=True)
            (sysfs / "block" / name / "device/type").write_text(f"{kind}\n")
        self.disks = disks.listed((HERE / "disks.json").read_text(), sysfs)

    def code(self, path, **more):
        fault = self.disks[path].refusal(**more)
        return fault and fault.kind.code

    def test_a_stick_and_a_card_and_a_usb_disk(self):
        for path in ("/dev/sdb", "/dev/mmcblk1", "/dev/sdc"):
            self.assertIsNone(self.code(path, size=2 * GIB), path)
        self.assertEqual(self.disks["/dev/sdb"].content, "iso9660, KEYS vfat")

    def test_the_disk_of_the_system_under_luks_and_lvm(self):
        self.assertEqual(self.code("/dev/nvme0n1"), 21)
        self.assertEqual(self.code("/dev/nvme0n1", fixed=["S64ANS0R"]), 21)     # no flag helps

    def test_what_is_in_use(self):
        fault = self.disks["/dev/sdd"].refusal()       # an opened LUKS container, mounted by a file manager
        self.assertEqual((fault.kind.code, "/media/office/backup" in fault.detail), (22, True))
        self.assertEqual(self.code("/dev/sde"), 22)    # swap
        self.assertEqual(self.code("/dev/sdf"), 22)    # half of a RAID that is not mounted
        self.assertEqual(self.code("/dev/sdk"), 22)    # LVM that is active and not mounted

    def test_the_rest(self):
        self.assertEqual(self.code("/dev/sda"), 25)
        self.assertIsNone(self.code("/dev/sda", fixed=["WD-1234"]))
        self.assertEqual(self.code("/dev/mmcblk0"), 25)     # soldered
        self.assertEqual(self.code("/dev/sdg"), 23)
        self.assertEqual(self.code("/dev/sdh"), 27)
        self.assertEqual(self.code("/dev/sdb", size=64 * GIB), 24)
        self.assertEqual(self.code("/dev/sdi"), 28)
        self.assertEqual(self.code("/dev/sdb1"), 20)
        self.assertEqual(self.code("/dev/sr0"), 20)
        self.assertEqual(self.code("/dev/vdb"), 25)         # no serial: no flag can name it
        self.assertEqual(self.code("/dev/vdb", fixed=[""]), 25)

    def test_the_fixture_has_what_is_asked_for(self):
        wanted = {column.lower() for column in disks.COLUMNS.split(",")}
        for entry in json.loads((HERE / "disks.json").read_text())["blockdevices"]:
            self.assertLessEqual(wanted, set(entry), entry["name"])


class Words(unittest.TestCase):
    def test_every_code_and_exit_code_is_documented(self):
        page = (ROOT / "docs/flash.md").read_text("utf-8")
        self.assertEqual(sorted(int(code) for code in re.findall(r"^\| `FLASH-(\d+)`", page, re.MULTILINE)),
                         sorted(faults.KINDS))
        exits = {faults.DONE, faults.FAILED, faults.USAGE, faults.REFUSED, faults.UNVERIFIED, faults.CANCELLED}
        self.assertEqual({int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}, exits)
        self.assertEqual({int(code) for code in re.findall(r"^  (\d)  ", options.EPILOG, re.MULTILINE)}, exits)
        for option in re.findall(r"--[a-z-]+", options.parser().format_help()):
            self.assertIn(option if option != "--help" else "--json", page)

    def test_a_message_has_everything(self):
        fault = faults.Fault(33, device="/dev/sdb", offset=512, expected="a", actual="b")
        self.assertRegex(str(fault), r"FLASH-33 /dev/sdb: .*: at byte 512: expected a, found b\. Next: .*\.")


class Growing(unittest.TestCase):
    def test_rates_of_their_own_and_time_left(self):
        now = [100.0]
        progress = Progress([("write", 1000, 0), ("verify", 0, 3000)], lambda: now[0])
        self.assertEqual((progress.look()["left_s"], progress.look()["rate"]), (None, None))
        progress.enter("write")
        now[0] += 10
        progress.advance("write", 500)
        look = progress.look()
        self.assertEqual((look["percent"], look["rate"], look["left_s"]), (12, 50, 70))     # reading as slow as writing
        now[0] += 10
        progress.advance("write", 500)
        progress.enter("verify")
        now[0] += 1
        progress.advance("read", 1000)
        self.assertEqual((progress.look()["percent"], progress.look()["left_s"]), (50, 2))
        now[0] += 15
        self.assertEqual(progress.look()["silent_s"], 15)
        progress.advance("read", 9999)
        self.assertEqual((progress.look()["percent"], progress.look()["left_s"]), (100, 0))


if __name__ == "__main__":
    unittest.main()
