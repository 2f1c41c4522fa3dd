#!/usr/bin/env python3
"""tools/flash on disks that misbehave: they fail, lie, pretend, vanish, or somebody cancels. No medium may be left from
which a kiosk could start, and the message must say what happened where."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess

import wire_disk
from flash_rig import DISK_BYTES, HEAD, IMAGE_BYTES, MIB, ROOT, ROOT_A, TAIL, Rig, run_or_skip, tool


class Record:
    """What the disk was asked for, in order; and at one access something happens: one with a place, for how many there
    are is up to the kernel, which merges them as it likes."""

    def __init__(self, when=lambda kind, offset, length: False, then=lambda: 0, always=False):
        self.accesses = []
        self._when, self._then, self._armed, self._always = when, then, True, always

    def __call__(self, disk, kind, offset, length):
        self.accesses.append((kind, offset, length))
        if self._armed and self._when(kind, offset, length):
            self._armed = self._always
            return self._then() or 0
        return 0

    def of(self, kind):
        return [(offset, length) for what, offset, length in self.accesses if what == kind]


def at(kind, place):
    """True for an access of that kind that covers the byte."""
    return lambda what, offset, length: what == kind and offset <= place < offset + length


def again(when):
    """True from the second such access on."""
    seen = []
    return lambda *access: when(*access) and (seen.append(access) or len(seen) > 1)


def after(first, when):
    """True for `when` once the access `first` was there."""
    seen = []
    return lambda *access: seen.append(access) if first(*access) else bool(seen) and when(*access)


class Wire(Rig):
    def disk(self, record=None, size=DISK_BYTES):
        return wire_disk.WireDisk(size, self.stack, record or Record())

    def words(self, *disks, image=None, more=()):
        fixed = [word for disk in disks for word in ("--fixed", disk.backing)]
        return [image or self.image, *[disk.device for disk in disks], *fixed, "--yes", "--json", *more]

    def assert_failed(self, disk, ended, code, medium="unbootable"):
        outcome = ended.outcome(disk.device)
        self.assertEqual(ended.code, 1, ended.errors + ended.out)
        self.assertEqual((outcome["result"], outcome["medium"]), ("failed", medium), outcome)
        self.assertEqual(outcome["error"]["code"], f"FLASH-{code}", outcome)
        self.assertEqual(outcome["error"]["device"], disk.device)
        self.assertTrue(outcome["error"]["next"])
        if medium == "unbootable":
            self.assert_no_table(disk.bytes, DISK_BYTES)
        return outcome["error"]

    def test_a_dirty_disk_has_the_image_and_zeros_and_only_used_pieces_are_written(self):
        record = Record()
        disk = self.disk(record)
        disk.fill(b"\x5a" * (3 * MIB), ROOT_A.start + 4 * MIB)      # behind what the image uses there
        ended = self.run_flash(*self.words(disk))
        self.assertEqual(ended.code, 0, ended.errors + ended.out)
        wanted = bytearray(self.content)
        wanted[IMAGE_BYTES - TAIL:] = bytes(TAIL)
        self.assertEqual(self.body(disk.bytes(0, IMAGE_BYTES)), self.body(bytes(wanted)))
        written = sum(length for _, length in record.of("write"))
        used = sum(any(self.content[offset:offset + MIB]) for offset in range(0, IMAGE_BYTES, MIB)) * MIB
        # The used pieces, two ends, the old leftovers, the tables: not 48 MiB.
        self.assertLessEqual(written, used + 2 * MIB + 3 * MIB + 512 * 1024)
        self.assertLess(written, IMAGE_BYTES // 2)
        self.assertEqual(ended.outcome(disk.device)["written"], written)

    def test_every_byte_comes_back_from_the_disk_before_the_table_is_written(self):
        record = Record()
        disk = self.disk(record)
        self.assertEqual(self.run_flash(*self.words(disk)).code, 0)
        writes = [(number, offset) for number, (kind, offset, _) in enumerate(record.accesses) if kind == "write"]
        last_of_the_body = max(number for number, offset in writes if HEAD <= offset < IMAGE_BYTES)
        first_of_the_tail = next(number for number, offset in writes if offset == DISK_BYTES - TAIL)
        read = set()
        for kind, offset, length in record.accesses[last_of_the_body + 1:first_of_the_tail]:
            if kind == "read":
                read |= set(range(offset // 4096, (offset + length) // 4096))
        self.assertEqual(len(set(range(IMAGE_BYTES // 4096)) - read), 0)
        self.assertEqual({offset for number, offset in writes if number > first_of_the_tail}, {0})

    def test_a_disk_that_returns_other_data(self):
        place = ROOT_A.start + 700_001
        disk = self.disk()
        disk.flipped = {place}
        error = self.assert_failed(disk, self.run_flash(*self.words(disk)), 33)
        self.assertEqual(error["offset"], place // 512 * 512)
        piece = self.content[place // MIB * MIB:place // MIB * MIB + MIB]
        self.assertEqual(error["expected"], f"sha256 {hashlib.sha256(piece).hexdigest()}")
        lie = bytearray(piece)
        lie[place % MIB] ^= 0xff
        self.assertEqual(error["actual"], hashlib.sha256(lie).hexdigest())

    def test_a_disk_that_returns_other_zeros(self):
        place = ROOT_A.start + 5 * MIB + 3
        disk = self.disk()
        disk.flipped = {place}
        self.assertEqual(self.assert_failed(disk, self.run_flash(*self.words(disk)), 33)["offset"], place // 512 * 512)

    def test_a_disk_that_loses_what_it_acknowledged(self):
        disk = self.disk()
        disk.dropped = range(ROOT_A.start + MIB, ROOT_A.start + 2 * MIB)
        error = self.assert_failed(disk, self.run_flash(*self.words(disk)), 33)
        self.assertEqual(error["offset"], ROOT_A.start + MIB)

    def test_a_stick_that_pretends_to_be_larger(self):
        # The last one has room for the whole image: only what comes later would be lost.
        for capacity in (40 * MIB, 50 * MIB, DISK_BYTES - MIB, 56 * MIB):
            disk = self.disk()
            disk.capacity = capacity
            ended = self.run_flash(*self.words(disk))
            self.assertEqual(ended.code, 1)
            self.assertEqual(ended.outcome(disk.device)["error"]["code"], "FLASH-33")
            # What wrapped around may lie there, but neither a boot record nor a table.
            self.assertNotEqual(disk.bytes(510, 2), b"\x55\xaa")
            self.assertNotIn(b"EFI PART", disk.bytes(0, HEAD) + disk.bytes(DISK_BYTES - TAIL, TAIL))

    def test_a_table_that_does_not_arrive(self):
        # The zeros at the beginning arrived as well as ever: zeros were there.
        disk = self.disk()
        disk.dropped = [DISK_BYTES - TAIL]
        self.assertEqual(self.assert_failed(disk, self.run_flash(*self.words(disk)), 33)["offset"], DISK_BYTES - TAIL)
        disk = self.disk()
        disk.dropped = [0]
        self.assertEqual(self.assert_failed(disk, self.run_flash(*self.words(disk)), 33)["offset"], 0)

    def test_a_write_that_fails(self):
        place = ROOT_A.start + 300_000
        disk = self.disk(Record(at("write", place), lambda: errno.EIO, always=True))
        error = self.assert_failed(disk, self.run_flash(*self.words(disk)), 30)
        self.assertIn(place, range(error["offset"], error["offset"] + MIB))

    def test_a_read_that_fails(self):
        place = ROOT_A.start + 300_000
        disk = self.disk(Record(at("read", place), lambda: errno.EIO, always=True))
        error = self.assert_failed(disk, self.run_flash(*self.words(disk)), 31)
        self.assertIn(place, range(error["offset"], error["offset"] + MIB))

    def test_a_disk_that_does_not_confirm(self):
        # The flush of the erased ends is confirmed, that of the image is not.
        flush_of_the_image = after(at("write", ROOT_A.start), lambda kind, offset, length: kind == "flush")
        disk = self.disk(Record(flush_of_the_image, lambda: errno.EIO, always=True))
        self.assert_failed(disk, self.run_flash(*self.words(disk)), 32)

    def test_the_last_write_fails(self):
        # Everything is right, and then sector 0 cannot be written; the table at the end goes again.
        disk = self.disk(Record(again(at("write", 0)), lambda: errno.EIO, always=True))
        self.assert_failed(disk, self.run_flash(*self.words(disk)), 30)

    def test_the_last_table_cannot_be_taken_back(self):
        # From the moment when the table at the end has arrived, nothing is taken any more.
        tail = lambda kind, offset, length: (kind, offset) == ("write", DISK_BYTES - TAIL)
        any_write = lambda kind, offset, length: kind == "write"
        disk = self.disk(Record(after(tail, any_write), lambda: errno.EIO, always=True))
        self.assert_failed(disk, self.run_flash(*self.words(disk)), 30, medium="unknown")

    def test_a_card_that_is_pulled_out(self):
        for kind in ("write", "read"):
            disk = self.disk()
            record = Record(at(kind, ROOT_A.start + 100), lambda: disk.pull_out() or errno.EIO)
            disk.misbehave = record
            ended = self.run_flash(*self.words(disk))
            outcome = ended.outcome(disk.device)
            self.assertEqual((ended.code, outcome["error"]["code"]), (1, "FLASH-34"), outcome)
            self.assertEqual(outcome["medium"], "unbootable")
            self.assert_no_table(disk.bytes, DISK_BYTES)

    def test_one_bad_disk_does_not_harm_the_others(self):
        bad = self.disk(Record(at("write", ROOT_A.start), lambda: errno.EIO, always=True))
        good = [self.disk(), self.disk()]
        ended = self.run_flash(*self.words(good[0], bad, good[1]))
        self.assert_failed(bad, ended, 30)
        for disk in good:
            self.assertEqual(ended.outcome(disk.device)["medium"], "bootable")
            self.assertIn("No errors", tool("sfdisk", "--verify", disk.device).stdout.decode())

    def cancelled(self, number, when):
        """The signal comes while the kernel waits for that access; it is answered only when the program knows."""
        process = []

        def then():
            process[0].child.send_signal(number)
            process[0].until("cancelling")

        disk = self.disk(Record(when, then))
        process.append(self.start(*self.words(disk)))
        return disk, self.checked(process[0].end())

    def test_cancelled_in_every_phase(self):
        for number, when in ((signal.SIGINT, at("write", 0)), (signal.SIGINT, at("write", ROOT_A.start)),
                             (signal.SIGTERM, at("read", ROOT_A.start + 5 * MIB)),
                             (signal.SIGHUP, at("read", ROOT_A.start + MIB))):
            disk, ended = self.cancelled(number, when)
            outcome = ended.outcome(disk.device)
            self.assertEqual((ended.code, outcome["result"], outcome["medium"]), (5, "cancelled", "unbootable"), outcome)
            self.assert_no_table(disk.bytes, DISK_BYTES)

    def test_whoever_read_the_report_goes_away(self):
        reader, writer = os.pipe()
        disk = self.disk(Record(at("write", ROOT_A.start), lambda: os.close(reader)))
        with subprocess.Popen([ROOT / "tools/flash", *map(str, self.words(disk))], stdout=writer,
                              stderr=subprocess.PIPE) as child:
            os.close(writer)
            errors = child.stderr.read().decode()
        self.assertNotIn("Traceback", errors)
        self.assertIn(child.returncode, (0, 5), errors)
        if b"EFI PART" in disk.bytes(0, MIB):       # it was done before it had more to tell
            self.assertIn("No errors", tool("sfdisk", "--verify", disk.device).stdout.decode())
        else:
            self.assertEqual(child.returncode, 5, errors)
            self.assert_no_table(disk.bytes, DISK_BYTES)

    def test_killed_anywhere(self):
        # Behind the image lie the marks: they are written before it, read after it, and zeros before the table.
        mark = at("write", IMAGE_BYTES)
        places = {"its first piece": at("write", ROOT_A.start), "what is empty": at("read", IMAGE_BYTES // 2),
                  "a mark": mark, "a mark is read": at("read", IMAGE_BYTES),
                  "a mark is cleared": again(mark)}
        for place, when in places.items():
            process = []
            disk = self.disk(Record(when, lambda: process[0].child.kill()))
            disk.fill(self.content[:HEAD])      # it could start before
            process.append(self.start(*self.words(disk)))
            self.assertEqual(process[0].end().code, -signal.SIGKILL, place)
            self.assertNotIn(b"EFI PART", disk.bytes(0, MIB) + disk.bytes(DISK_BYTES - MIB, MIB), place)

    def test_an_image_that_is_built_anew_meanwhile(self):
        image = self.folder / "kiosk.img"
        shutil.copyfile(self.image, image)

        def then():
            with open(image, "r+b") as file:
                file.seek(ROOT_A.start + 2 * MIB - 5)
                file.write(b"anew!")

        disk = self.disk(Record(at("write", ROOT_A.start), then))
        self.assert_failed(disk, self.run_flash(*self.words(disk, image=image)), 14)


if __name__ == "__main__":
    run_or_skip(wire_disk.wire_unavailable())
