"""The partition table of an image, and the same table for a larger disk (UEFI 2.10, chapter 5.3)."""

import dataclasses
import struct
import uuid
import zlib

from faults import Fault

SECTOR = 512        # images are made for it; a disk with 4096 is refused
SMALLEST = 2 << 20  # bytes
HEADER = struct.Struct("<8sIIIIQQQQ16sQIII")
ENTRY = struct.Struct("<16s16sQQQ72s")
SIGNATURE = b"EFI PART"
ESP = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")


@dataclasses.dataclass(frozen=True)
class Partition:
    name: str
    type: uuid.UUID
    offset: int     # bytes
    size: int       # bytes


@dataclasses.dataclass(frozen=True)
class Table:
    mbr: bytes          # sector 0
    header: tuple       # as HEADER unpacks it
    entries: bytes      # the whole array
    head: int           # bytes from the start of the disk to behind the array
    tail: int           # bytes from the start of the backup array to the end of the disk
    partitions: tuple


def checksum(data):
    return zlib.crc32(data) & 0xffffffff


def parse(read, size):
    """The table of an image of `size` bytes; read(offset, length) gives its bytes."""
    if size % SECTOR or size < SMALLEST:
        raise Fault(12, f"{size} bytes are no disk of 512-byte sectors: cut short?")
    raw = read(SECTOR, SECTOR)
    header = HEADER.unpack_from(raw)
    signature, _, length, crc, _, own, backup, _, last_usable, _, entries_at, count, entry_size, entries_crc = header
    if signature != SIGNATURE:
        raise Fault(12, "no GPT header in its second sector", offset=SECTOR)
    if not HEADER.size <= length <= SECTOR or own != 1 or entry_size != ENTRY.size or not 0 < count <= 1024:
        raise Fault(12, "a GPT header that this program does not understand", offset=SECTOR)
    found = checksum(raw[:16] + bytes(4) + raw[20:length])
    if found != crc:
        raise Fault(12, "GPT header", offset=SECTOR, expected=f"CRC {crc:08x}", actual=f"{found:08x}")
    array = -(-count * entry_size // SECTOR)    # sectors
    if entries_at < 2 or (entries_at + array) * SECTOR > size:
        raise Fault(12, "the partition entries lie outside the image", offset=SECTOR)
    entries = read(entries_at * SECTOR, count * entry_size)
    found = checksum(entries)
    if found != entries_crc:
        raise Fault(12, "partition entries", offset=entries_at * SECTOR, expected=f"CRC {entries_crc:08x}",
                    actual=f"{found:08x}")
    if (backup + 1) * SECTOR > size:
        raise Fault(12, "cut short", expected=f"{(backup + 1) * SECTOR} bytes", actual=f"{size}")
    partitions = tuple(partition for at in range(count)
                       if (partition := parse_entry(entries[at * entry_size:(at + 1) * entry_size], last_usable)))
    return Table(read(0, SECTOR), header, entries, (entries_at + array) * SECTOR, (array + 1) * SECTOR, partitions)


def parse_entry(raw, last_usable):
    kind, _, first, last, _, name = ENTRY.unpack(raw)
    if not any(kind):
        return None
    if not 0 < first <= last <= last_usable:
        raise Fault(12, f"a partition from sector {first} to {last} lies outside the disk")
    return Partition(name.decode("utf-16-le", "replace").split("\0")[0], uuid.UUID(bytes_le=kind), first * SECTOR,
                     (last - first + 1) * SECTOR)


def packed_header(table, *, own, other, last_usable, entries_at):
    fields = list(table.header)
    fields[2], fields[3] = HEADER.size, 0
    fields[5], fields[6], fields[8], fields[10] = own, other, last_usable, entries_at
    fields[3] = checksum(HEADER.pack(*fields))
    return HEADER.pack(*fields).ljust(SECTOR, b"\0")


def for_disk(table, size):
    """(head, tail): the bytes of the table at the start and the end of a disk of `size` bytes."""
    last = size // SECTOR - 1
    array = table.tail // SECTOR - 1
    last_usable = last - array - 1
    entries_at = table.head // SECTOR - array
    entries = table.entries.ljust(array * SECTOR, b"\0")
    primary = packed_header(table, own=1, other=last, last_usable=last_usable, entries_at=entries_at)
    backup = packed_header(table, own=last, other=1, last_usable=last_usable, entries_at=last - array)
    gap = bytes((entries_at - 2) * SECTOR)
    return protective_mbr(table.mbr, last) + primary + gap + entries, entries + backup


def protective_mbr(mbr, last):
    """The protective record covers the whole disk; what else is in sector 0 (boot code, a hybrid's entries) stays."""
    sector = bytearray(mbr)
    for at in range(446, 510, 16):
        if sector[at + 4] == 0xee and struct.unpack_from("<I", sector, at + 8)[0] == 1:
            struct.pack_into("<I", sector, at + 12, min(last, 0xffffffff))
    return bytes(sector)
