"""What a virtual kiosk's disk was told to write, and what a power cut leaves of it: a disk keeps for certain what was written before
it was last told to flush. The log is QEMU's (blklogwrites), in the format of Linux' dm-log-writes."""

import dataclasses
import struct
import subprocess

SECTOR = 512
MAGIC, VERSION = 0x6A736677736872, 1
FLUSH, FUA, DISCARD = 1, 2, 4
_HEAD = struct.Struct("<QQQI")      # magic, version, entries, bytes of a sector
_ENTRY = struct.Struct("<QQQQ")     # sector, sectors, flags, 0


@dataclasses.dataclass(frozen=True)
class Write:
    """`offset`, `size`: bytes of the disk; `at`: where its content lies in the log, None for a discard (it reads as zeros then)."""
    offset: int
    size: int
    flags: int
    at: int | None


class WriteLog:
    def __init__(self, path):
        """ValueError says what is wrong with the file."""
        self._path = path
        with open(path, "rb") as log:
            self.writes = list(self._read(log))

    def _read(self, log):
        head = log.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise ValueError(f"{self._path}: too short for a log of writes")
        magic, version, count, sector = _HEAD.unpack(head)
        if (magic, version, sector) != (MAGIC, VERSION, SECTOR):
            raise ValueError(f"{self._path}: not a log of writes, or not of {SECTOR}-byte sectors")
        place = SECTOR
        for number in range(count):
            log.seek(place)
            entry = log.read(_ENTRY.size)
            if len(entry) < _ENTRY.size:
                raise ValueError(f"{self._path}: ends before entry {number} of {count}")
            first, sectors, flags, _ = _ENTRY.unpack(entry)
            if flags & ~(FLUSH | FUA | DISCARD):
                raise ValueError(f"{self._path}: entry {number} has the unknown flags {flags:#x}")
            place += SECTOR
            discard = bool(flags & DISCARD)
            yield Write(first * SECTOR, sectors * SECTOR, flags, None if discard else place)
            if not discard:
                place += sectors * SECTOR

    def of(self, first, last):
        """The numbers of the writes to the disk's bytes from `first` to before `last`."""
        return [number for number, write in enumerate(self.writes)
                if write.size and write.offset + write.size > first and write.offset < last]

    def kept(self, moment, rng):
        """What is on the disk when the power fails before the write with this number: (number, bytes of it). What was not flushed
        is there whole, with its first sectors, or not at all, as the dice fall."""
        flushed = max((number for number in range(moment) if self.writes[number].flags & FLUSH), default=-1)
        found = []
        for number in range(moment):
            size = self.writes[number].size
            if number > flushed and not self.writes[number].flags & FUA:
                size = rng.choice((0, size, rng.randrange(size // SECTOR + 1) * SECTOR))
            if size:
                found.append((number, size))
        return found

    def replay(self, disk, kept):
        """Writes that to the disk's file."""
        with open(self._path, "rb") as log, open(disk, "r+b") as image:
            for number, size in kept:
                write = self.writes[number]
                if write.at is not None:
                    log.seek(write.at)
                image.seek(write.offset)
                image.write(bytes(size) if write.at is None else log.read(size))

    def everything(self):
        return [(number, write.size) for number, write in enumerate(self.writes) if write.size]


def disk_after(before, log, kept, path):
    """A file with what the disk held before, and then this of the log."""
    path.unlink(missing_ok=True)
    subprocess.run(["cp", "--sparse=always", before, path], check=True)
    log.replay(path, kept)
