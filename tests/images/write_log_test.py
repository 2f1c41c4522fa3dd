#!/usr/bin/env python3
"""write_log.py: logs as QEMU writes them, and broken ones."""

import pathlib
import random
import struct
import tempfile
import unittest

from write_log import DISCARD, FLUSH, FUA, MAGIC, SECTOR, WriteLog, disk_after


def log_of(*entries, count=None, magic=MAGIC, version=1, sector=SECTOR):
    """(first sector, content or number of discarded sectors, flags)."""
    out = struct.pack("<QQQI", magic, version, len(entries) if count is None else count, sector).ljust(SECTOR, b"\0")
    for first, content, flags in entries:
        sectors = content if flags & DISCARD else len(content) // SECTOR
        out += struct.pack("<QQQQ", first, sectors, flags, 0).ljust(SECTOR, b"\0")
        out += b"" if flags & DISCARD else content
    return out


def sectors(letters):
    return b"".join(letter.encode() * SECTOR for letter in letters)


class Log(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.before = self.folder / "before"
        self.before.write_bytes(sectors("........"))

    def log(self, data):
        path = self.folder / "log"
        path.write_bytes(data)
        return WriteLog(path)

    def disk(self, log, kept):
        path = self.folder / "after"
        disk_after(self.before, log, kept, path)
        return path.read_bytes()[::SECTOR].decode()

    def test_all_of_it_in_order(self):
        log = self.log(log_of((1, sectors("ab"), 0), (0, b"", FLUSH), (2, sectors("cde"), 0), (6, 2, DISCARD), (7, sectors("f"), FUA)))
        self.assertEqual(".acde.\0f", self.disk(log, log.everything()))
        self.assertEqual([0, 2], log.of(2 * SECTOR, 3 * SECTOR))
        self.assertEqual([2, 3, 4], log.of(4 * SECTOR, 8 * SECTOR))
        self.assertEqual([], log.of(0, SECTOR))

    def test_what_was_flushed_is_kept_and_nothing_of_later(self):
        log = self.log(log_of((0, sectors("a"), 0), (1, sectors("b"), 0), (0, b"", FLUSH), (2, sectors("c"), 0), (3, sectors("d"), 0)))
        for seed in range(40):
            rng = random.Random(seed)
            self.assertEqual("ab......", self.disk(log, log.kept(3, rng)))
            self.assertRegex(self.disk(log, log.kept(4, rng)), r"^ab[.c]\.\.\.\.\.$")

    def test_what_was_not_flushed_may_be_there_in_parts(self):
        log = self.log(log_of((0, sectors("abcd"), 0), (4, sectors("e"), FUA), (5, sectors("f"), 0)))
        found = {self.disk(log, log.kept(3, random.Random(seed))) for seed in range(200)}
        self.assertEqual({f"{'abcd'[:n]:.<4}e{f}.." for n in range(5) for f in "f."}, found)

    def test_broken_logs(self):
        good = log_of((0, sectors("ab"), 0), (0, b"", FLUSH))
        for data, why in ((b"", "too short"), (good[:20], "too short"), (log_of(magic=1), "not a log"), (log_of(version=2), "not a log"),
                          (log_of(sector=4096), "not a log"), (log_of(count=3), "ends before entry 0"),
                          (good[:3 * SECTOR], "ends before entry 1"), (log_of((0, b"", 16)), "unknown flags 0x10")):
            with self.subTest(why), self.assertRaisesRegex(ValueError, why):
                self.log(data)


if __name__ == "__main__":
    unittest.main()
