"""Puts one new file into the root directory of a FAT32 (Microsoft's FAT specification 1.03), through an Overlay: the
machine that flashes needs neither a mount nor mtools, and what is read back is compared like everything else."""

import struct

from faults import Fault

SECTOR = 512
ENTRY = 32
FREE, END = 0, 0x0fffffff
LONG_NAME = 0x0f
DATE = 0x0021       # 1 January 1980: a medium tells nothing about the day on which it was made


class Fat32:
    def __init__(self, overlay, partition):
        self._disk, self._base = overlay, partition.offset
        boot = overlay.read(self._base, SECTOR)
        size, self._per_cluster, reserved, self._fats = struct.unpack_from("<HBHB", boot, 11)
        small_fat, = struct.unpack_from("<H", boot, 22)
        total, fat_sectors = struct.unpack_from("<II", boot, 32)
        self._root, self._info = struct.unpack_from("<IH", boot, 44)
        if boot[510:] != b"\x55\xaa" or size != SECTOR or small_fat or not fat_sectors or not self._per_cluster or \
                not 1 <= self._fats <= 2 or total * SECTOR > partition.size:
            raise Fault(42, f"partition '{partition.name}' holds no FAT32 of 512-byte sectors", offset=self._base)
        self._fat_at, self._fat_bytes = reserved * SECTOR, fat_sectors * SECTOR
        self._data_at = self._fat_at + self._fats * self._fat_bytes
        clusters = (total * SECTOR - self._data_at) // self._cluster_bytes
        if clusters <= 0 or (clusters + 2) * 4 > self._fat_bytes:
            raise Fault(42, "its FAT is smaller than its data", offset=self._base)
        table = overlay.read(self._base + self._fat_at, (clusters + 2) * 4)
        self._fat = [entry & END for entry, in struct.iter_unpack("<I", table)]

    @property
    def _cluster_bytes(self):
        return self._per_cluster * SECTOR

    def _place(self, cluster):
        return self._base + self._data_at + (cluster - 2) * self._cluster_bytes

    def _chain(self, cluster):
        chain = []
        while 2 <= cluster < len(self._fat) and len(chain) < len(self._fat):
            chain.append(cluster)
            cluster = self._fat[cluster]
        if not chain or cluster < 0x0ffffff8:
            raise Fault(42, "the directory's chain of clusters is damaged", offset=self._base + self._fat_at)
        return chain

    def _link(self, cluster, to):
        self._fat[cluster] = to
        for copy in range(self._fats):
            self._disk.write(self._base + self._fat_at + copy * self._fat_bytes + cluster * 4, struct.pack("<I", to))

    def _allocate(self, count):
        """That many free clusters, chained."""
        free = [cluster for cluster in range(2, len(self._fat)) if self._fat[cluster] == FREE][:count]
        if len(free) < count:
            raise Fault(42, "the partition 'esp' is full", offset=self._base)
        for cluster, after in zip(free, [*free[1:], END]):
            self._link(cluster, after)
        self._count_down(count)
        return free

    def _count_down(self, count):
        """The count of free clusters is a hint, which only counts if it is there."""
        at = self._base + self._info * SECTOR
        info = self._disk.read(at, SECTOR)
        free, = struct.unpack_from("<I", info, 488)
        if info[:4] == b"RRaA" and info[484:488] == b"rrAa" and count <= free < len(self._fat):
            self._disk.write(at + 488, struct.pack("<I", free - count))

    def add(self, name, content):
        """A new file in the root directory; `name` has a stem over 8 letters and an extension, all ASCII."""
        chain = self._chain(self._root)
        directory = b"".join(self._disk.read(self._place(cluster), self._cluster_bytes) for cluster in chain)
        taken, slots = occupied(directory)
        if name.lower() in taken:
            raise Fault(42, f"the image has a '{name}' already")
        stem, extension = name.upper().split(".")
        short = next((short for short in (f"{stem[:6]}~{at}{extension[:3]:3}".encode() for at in range(1, 10))
                      if short not in slots), None)
        if short is None:
            raise Fault(42, f"no short name is left for '{name}'")
        clusters = self._allocate(-(-len(content) // self._cluster_bytes))
        for at, cluster in enumerate(clusters):
            piece = content[at * self._cluster_bytes:(at + 1) * self._cluster_bytes]
            self._disk.write(self._place(cluster), piece.ljust(self._cluster_bytes, b"\0"))
        entries = directory_entries(name, short, clusters[0], len(content))
        self._place_entries(chain, directory, entries)

    def _place_entries(self, chain, directory, entries):
        at = gap(directory, len(entries) // ENTRY)
        if at is None:
            more, = self._allocate(1)
            self._link(chain[-1], more)
            self._disk.write(self._place(more), bytes(self._cluster_bytes))
            # At the new cluster's start, unless the old one ends with a mark "nothing follows".
            at = gap(directory + bytes(self._cluster_bytes), len(entries) // ENTRY)
            chain = [*chain, more]
        for number in range(len(entries) // ENTRY):
            cluster, inside = divmod(at + number * ENTRY, self._cluster_bytes)
            self._disk.write(self._place(chain[cluster]) + inside, entries[number * ENTRY:(number + 1) * ENTRY])


def occupied(directory):
    """(long and short names in lower case, raw short names) of a directory."""
    names, slots, long = set(), set(), b""
    for at in range(0, len(directory), ENTRY):
        entry = directory[at:at + ENTRY]
        if entry[0] == 0:
            break
        if entry[0] == 0xe5:
            long = b""
        elif entry[11] == LONG_NAME:
            long = entry[1:11] + entry[14:26] + entry[28:32] + long
        else:
            slots.add(entry[:11])
            stem, extension = (part.decode("latin-1").strip() for part in (entry[:8], entry[8:11]))
            names |= {f"{stem}.{extension}".lower(), long.decode("utf-16-le", "replace").split("\0")[0].lower()}
            long = b""
    return names, slots


def gap(directory, count):
    """Offset of that many free entries in a row, or None. Behind the first zero one all are free."""
    run, ended = 0, False
    for at in range(0, len(directory), ENTRY):
        ended = ended or directory[at] == 0
        run = run + 1 if ended or directory[at] == 0xe5 else 0
        if run == count:
            return at - (count - 1) * ENTRY
    return None


def directory_entries(name, short, cluster, size):
    total = 0
    for byte in short:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xff
    letters = name.encode("utf-16-le") + (b"\0\0" if len(name) % 13 else b"")
    pieces = [letters[at:at + 26].ljust(26, b"\xff") for at in range(0, len(letters), 26)]
    entries = b""
    for number in range(len(pieces), 0, -1):
        piece = pieces[number - 1]
        order = number | (0x40 if number == len(pieces) else 0)
        entries += bytes([order]) + piece[:10] + bytes([LONG_NAME, 0, total]) + piece[10:22] + bytes(2) + piece[22:]
    return entries + struct.pack("<11sBBBHHHHHHHI", short, 0x20, 0, 0, 0, DATE, DATE, cluster >> 16, 0, DATE,
                                 cluster & 0xffff, size)
