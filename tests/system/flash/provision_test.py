#!/usr/bin/env python3
"""tools/flash --provision: every medium its own unit, none twice, as mtools and fsck.vfat see it."""

import errno
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tomllib
import unittest

import wire_disk
from flash_rig import DISK_BYTES, ESP, ROOT, ROOT_A, Rig, run_or_skip, tool

sys.path.append(str(ROOT / "tools/flash.d"))

import fat32            # noqa: E402
import gpt              # noqa: E402
import provision        # noqa: E402
from faults import Fault        # noqa: E402
from overlay import Overlay     # noqa: E402

UNITS = """\
[all]
site = "西公民館 \\"別館\\""
gateway = "https://gateway.example"

[[unit]]
id = "kiosk-001"
enrol_code = "AAAA-1111"

[[unit]]
id = "kiosk-002"
enrol_code = "BBBB-2222"
language = "en"
service_hours = "09:00-17:15"
"""


class Units(unittest.TestCase):
    def wrong(self, text, words):
        with self.assertRaisesRegex(ValueError, words) as raised:
            provision.checked(tomllib.loads(text))
        self.assertNotIn("SECRET", str(raised.exception))

    def test_what_a_file_may_not_hold(self):
        unit = '[[unit]]\nid = "a"\nenrol_code = "SECRET1"\n'
        self.wrong("", "unit")
        self.wrong("unit = 3\n", "unit")
        self.wrong(unit + '[[units]]\nid = "b"\n', "unit")
        self.wrong(unit + "pin = 1234\n", "unknown key 'pin'")
        self.wrong('[[unit]]\nid = "a"\n', "no enrol_code")
        self.wrong('[[unit]]\nid = "Not a host"\nenrol_code = "SECRET1"\n', "id does not look")
        self.wrong('[[unit]]\nid = "a"\nenrol_code = "SECRET 1!"\n', "enrol_code does not look")
        self.wrong(unit + 'service_hours = "9-17"\n', "service_hours does not look")
        self.wrong(unit + 'service_hours = "09:00-24:30"\n', "service_hours does not look")
        self.wrong(unit + 'site = "a\\u0007b"\n', "site does not look")
        self.wrong(unit + unit, "same id")
        self.wrong(unit + '[[unit]]\nid = "b"\nenrol_code = "SECRET1"\n', "same enrol_code")
        self.wrong('[all]\nid = "a"\n' + unit, "without id")

    def test_the_file_on_the_medium(self):
        units = provision.checked(tomllib.loads(UNITS))
        text = units[1].file()
        self.assertEqual(tomllib.loads(text.decode()), {
            "id": "kiosk-002", "site": '西公民館 "別館"', "enrol_code": "BBBB-2222", "gateway": "https://gateway.example",
            "language": "en", "service_hours": "09:00-17:15", "sha256": hashlib.sha256(text[:text.rindex(b"sha256 = ")]).hexdigest()})

    def test_json_says_the_same(self):
        self.assertEqual(provision.checked(json.loads(json.dumps(tomllib.loads(UNITS)))),
                         provision.checked(tomllib.loads(UNITS)))


class Directory(Rig):
    """A file in FAT32's root directory, judged by programs of others."""

    def partition(self, per_cluster=1):
        path = self.folder / "esp.img"
        with open(path, "wb") as file:
            file.truncate(len(ESP) * per_cluster)       # mtools takes no FAT32 for one that has fewer clusters
        tool("mkfs.vfat", "-F32", f"-s{per_cluster}", "--invariant", path)
        return path

    def add(self, path, name, content):
        data = bytearray(path.read_bytes())
        overlay = Overlay(lambda offset, length: bytes(data[offset:offset + length]))
        fat32.Fat32(overlay, gpt.Partition("esp", gpt.ESP, 0, len(data))).add(name, content)
        for number, sector in overlay._sectors.items():
            data[number * 512:number * 512 + 512] = sector
        path.write_bytes(data)

    def assert_sound(self, path, name, content):
        check = subprocess.run(["fsck.vfat", "-n", "-v", path], capture_output=True, text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout)
        self.assertEqual(tool("mcopy", "-i", path, f"::{name}", "-").stdout, content)
        self.assertIn(name, tool("mdir", "-b", "-i", path, "::").stdout.decode())

    def test_in_an_empty_and_in_a_full_directory(self):
        for per_cluster in (1, 2):
            for others in (0, 6, 15, 18):
                path = self.partition(per_cluster)
                for number in range(others):
                    tool("mcopy", "-i", path, "-", f"::provi-other-{number}.toml", input=b"x" * 600)
                content = b"id = 'kiosk'\n" * 100
                self.add(path, "provision.toml", content)
                self.assert_sound(path, "provision.toml", content)
                self.assertEqual(len(tool("mdir", "-b", "-i", path, "::").stdout.split()), others + 1)

    def test_in_the_gap_that_deleted_files_left(self):
        path = self.partition()
        for number in range(12):
            tool("mcopy", "-i", path, "-", f"::a-long-name-{number}.txt", input=b"x")
        tool("mdel", "-i", path, "::a-long-name-3.txt")
        self.add(path, "provision.toml", b"y" * 513)
        self.assert_sound(path, "provision.toml", b"y" * 513)

    def test_what_it_refuses(self):
        path = self.partition()
        self.add(path, "provision.toml", b"a")
        with self.assertRaises(Fault) as raised:
            self.add(path, "provision.toml", b"b")
        self.assertEqual(raised.exception.kind.code, 42)
        with self.assertRaises(Fault):
            self.add(path, "large-file.bin", bytes(len(ESP)))
        for data in (bytes(len(ESP)), b"\xff" * len(ESP)):
            path.write_bytes(data)
            with self.assertRaises(Fault):
                self.add(path, "provision.toml", b"a")


class Given(Rig):
    """To real (loop) disks, with the ledger beside the file."""

    def setUp(self):
        super().setUp()
        if why := wire_disk.wire_unavailable():
            self.skipTest(why)
        self.units = self.folder / "units.toml"
        self.units.write_text(UNITS)

    def disk(self, misbehave=lambda disk, kind, offset, length: 0):
        return wire_disk.WireDisk(DISK_BYTES, self.stack, misbehave)

    def words(self, *disks):
        fixed = [word for disk in disks for word in ("--fixed", disk.backing)]
        return [self.image, *[disk.device for disk in disks], *fixed, "--yes", "--json", "--provision", self.units]

    def unit_on(self, disk):
        esp = self.folder / "esp"
        esp.write_bytes(disk.bytes(ESP.start, len(ESP)))
        self.assertEqual(subprocess.run(["fsck.vfat", "-n", esp], capture_output=True, check=False).returncode, 0)
        return tomllib.loads(tool("mcopy", "-i", esp, "::provision.toml", "-").stdout.decode())

    def ledger(self):
        lines = pathlib.Path(f"{self.units}.used").read_text().splitlines()
        return [(entry["unit"], entry["event"]) for entry in map(json.loads, lines)]

    def test_each_medium_gets_its_own_and_none_twice(self):
        disks = [self.disk(), self.disk()]
        ended = self.run_flash(*self.words(*disks))
        self.assertEqual(ended.code, 0, ended.errors + ended.out)
        self.assertEqual([self.unit_on(disk)["enrol_code"] for disk in disks], ["AAAA-1111", "BBBB-2222"])
        self.assertEqual([ended.outcome(disk.device)["unit"] for disk in disks], ["kiosk-001", "kiosk-002"])
        self.assertEqual(self.ledger(), [("kiosk-001", "taken"), ("kiosk-002", "taken"), ("kiosk-001", "written"),
                                         ("kiosk-002", "written")])
        said = ended.out + ended.errors + pathlib.Path(f"{self.units}.used").read_text()
        self.assertNotIn("AAAA-1111", said)
        more = self.run_flash(*self.words(self.disk()))
        self.assertEqual(more.code, 3)
        self.assertEqual(more.events("error")[0]["code"], "FLASH-41")
        self.assertEqual(self.run_flash("--release", "kiosk-002", "--provision", self.units).code, 0)
        self.assertEqual(self.run_flash("--release", "kiosk-002", "--provision", self.units).code, 3)
        last = self.disk()
        self.assertEqual(self.run_flash(*self.words(last)).code, 0)
        self.assertEqual(self.unit_on(last)["id"], "kiosk-002")

    def test_a_medium_that_fails_gives_its_unit_back(self):
        place = ROOT_A.start
        bad = self.disk(lambda disk, kind, offset, length:
                        errno.EIO if kind == "write" and offset <= place < offset + length else 0)
        self.assertEqual(self.run_flash(*self.words(bad)).code, 1)
        self.assertEqual(self.ledger(), [("kiosk-001", "taken"), ("kiosk-001", "released")])

    def test_two_runs_at_once_and_one_that_is_killed(self):
        process, other = [], self.disk()

        def second_run(disk, kind, offset, length):
            if kind == "write" and offset == ROOT_A.start and process:
                running = process.pop()
                self.second = self.run_flash(*self.words(other))
                running.child.kill()
            return 0

        first = self.disk(second_run)
        running = self.start(*self.words(first))
        process.append(running)
        self.assertEqual(running.end().code, -signal.SIGKILL)
        self.assertEqual(self.second.code, 0, self.second.errors + self.second.out)
        self.assertEqual(self.unit_on(other)["id"], "kiosk-002")
        self.assertEqual(self.ledger(), [("kiosk-001", "taken"), ("kiosk-002", "taken"), ("kiosk-002", "written")])

    def test_a_dry_run_takes_none(self):
        ended = self.run_flash(*self.words(self.disk()), "--dry-run")
        self.assertEqual((ended.code, ended.events("plan")[0]["unit"]), (0, "kiosk-001"))
        self.assertFalse(os.path.exists(f"{self.units}.used"))

    def test_a_ledger_that_was_torn_by_a_power_cut(self):
        ledger = pathlib.Path(f"{self.units}.used")
        ledger.write_text('{"unit": "kiosk-001", "event": "taken"}\n{"unit": "kios')
        ended = self.run_flash(*self.words(self.disk()))
        self.assertEqual(ended.events("outcome")[0]["unit"], "kiosk-002")
        ledger.write_text("what is this\n")
        self.assertEqual(self.run_flash(*self.words(self.disk())).events("error")[0]["code"], "FLASH-43")


if __name__ == "__main__":
    run_or_skip()
