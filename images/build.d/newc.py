"""A cpio archive as the kernel unpacks it (newc), the same bytes for the same tree: sorted, no times, all of root."""

import os
import stat


def archive(tree):
    """The bytes for everything in the folder `tree`."""
    out = bytearray()
    paths = sorted(path.relative_to(tree) for path in tree.rglob("*"))
    for number, path in enumerate(paths, 1):
        full = tree / path
        status = os.lstat(full)
        if stat.S_ISLNK(status.st_mode):
            data, mode = os.readlink(full).encode(), stat.S_IFLNK | 0o777
        elif stat.S_ISDIR(status.st_mode):
            data, mode = b"", stat.S_IFDIR | 0o755
        else:
            data, mode = full.read_bytes(), stat.S_IFREG | (0o755 if status.st_mode & 0o100 else 0o644)
        _entry(out, path.as_posix(), mode, number, data)
    _entry(out, "TRAILER!!!", 0, 0, b"")
    return bytes(out)


def _entry(out, name, mode, number, data):
    words = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(words), 0]
    out += b"070701" + b"".join(b"%08X" % field for field in fields) + words
    out += bytes(-len(out) % 4)
    out += data
    out += bytes(-len(out) % 4)
