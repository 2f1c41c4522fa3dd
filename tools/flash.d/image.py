"""The image: unpacked when it is compressed, checked against what lies beside it, and mapped: which pieces hold
anything, and the hash of each."""

import contextlib
import dataclasses
import gzip
import hashlib
import lzma
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import zlib

import gpt
from faults import Fault
from overlay import Overlay

CHUNK = 1 << 20     # what is written, skipped and hashed as one
ZEROS = bytes(CHUNK)
PACKED = (".zst", ".xz", ".gz")


@dataclasses.dataclass(frozen=True)
class Chunk:
    offset: int
    length: int
    sha256: str
    empty: bool     # nothing but zeros


class Image:
    """Read through pread only, so that several threads may use it."""

    def __init__(self, path, advance=lambda phase, done, total: None):
        """advance(phase, done, total) tells bytes."""
        self.path = pathlib.Path(path)
        self._advance = advance
        try:
            if not stat.S_ISREG(os.stat(self.path).st_mode):
                raise Fault(10, f"{path} is no file")
            self._sums = stated_sums(self.path)
            self._fd = self._unpacked() if self.path.suffix in PACKED else os.open(self.path, os.O_RDONLY)
            self.size = os.fstat(self._fd).st_size
            self._stamp = self._now()
            self.table = gpt.parse(self.read, self.size)
            self.chunks, self.sha256 = self._mapped()
        except OSError as error:
            raise Fault(10, f"{path}: {error.strerror}") from None
        self.checked = self._checked(self.path.name.removesuffix(self.path.suffix)
                                     if self.path.suffix in PACKED else self.path.name, self.sha256)

    def close(self):
        os.close(self._fd)

    @property
    def used(self):
        return sum(chunk.length for chunk in self.chunks if not chunk.empty)

    def read(self, offset, length):
        try:
            data = os.pread(self._fd, length, offset)
        except OSError as error:
            raise Fault(10, f"{self.path}: {error.strerror}", offset=offset) from None
        if len(data) != length:
            raise Fault(12, "cut short", expected=f"{offset + length} bytes", actual=f"{offset + len(data)}")
        return data

    def check_unchanged(self):
        if self._now() != self._stamp:
            raise Fault(14, str(self.path))

    def _now(self):
        state = os.fstat(self._fd)
        return state.st_size, state.st_mtime_ns

    def _checked(self, name, found):
        """Whether a checksum lies beside the image; a wrong one is a fault."""
        expected = self._sums.get(name)
        if expected and expected != found:
            raise Fault(11, name, expected=f"sha256 {expected}", actual=found)
        return bool(expected) or self.path.name in self._sums

    def _unpacked(self):
        """A sparse copy in a file without a name, which is gone when this program is."""
        if self.path.name in self._sums:
            self._checked(self.path.name, self._packed_sha256())
        folder = os.environ.get("TMPDIR", "/var/tmp")
        size, total = 0, self.path.stat().st_size
        try:
            file = tempfile.TemporaryFile(dir=folder)
        except OSError as error:
            raise Fault(13, f"{folder}: {error.strerror}") from None
        with file, contextlib.ExitStack() as stack:
            source, at = opened(stack, self.path)
            try:
                while data := source.read(CHUNK):
                    if data != ZEROS[:len(data)] and os.pwrite(file.fileno(), data, size) != len(data):
                        raise Fault(13, f"no room in {folder}")
                    size += len(data)
                    self._advance("unpack", at(), total)
                os.ftruncate(file.fileno(), size)
            except (lzma.LZMAError, zlib.error, EOFError, OSError) as error:
                raise Fault(13, f"{self.path}: {getattr(error, 'strerror', None) or error}") from None
            return os.dup(file.fileno())

    def _packed_sha256(self):
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            while data := file.read(CHUNK):
                digest.update(data)
        return digest.hexdigest()

    def _mapped(self):
        """All chunks and the hash of the whole. Holes are not read."""
        whole, chunks, used = hashlib.sha256(), [], 0
        for offset in range(0, self.size, CHUNK):
            length = min(CHUNK, self.size - offset)
            if offset >= used:
                used = next_data(self._fd, offset, self.size)
            empty = offset + length <= used
            data = ZEROS[:length] if empty else self.read(offset, length)
            whole.update(data)
            empty = empty or data == ZEROS[:length]
            if not empty:
                used = offset
            chunks.append(Chunk(offset, length, zero_sha256(length) if empty else sha256(data), empty))
            self._advance("read", offset + length, self.size)
        return tuple(chunks), whole.hexdigest()


class Plan:
    """What one medium shall hold from its first byte to the image's size, without the partition table: that comes last.
    What `change(overlay)` writes comes on top of the image."""

    def __init__(self, image, change=None):
        self.image = image
        overlay = Overlay(image.read)
        if change:
            change(overlay)
        overlay.write(0, bytes(image.table.head))
        # A backup table belongs to the end of the disk, not to where the image ends.
        overlay.write(image.size - image.table.tail, bytes(image.table.tail))
        self._changed = {}
        chunks = list(image.chunks)
        for number in overlay.touches(CHUNK):
            old = chunks[number]
            data = overlay.read(old.offset, old.length)
            self._changed[old.offset] = data
            chunks[number] = Chunk(old.offset, old.length, sha256(data), data == ZEROS[:old.length])
        self.chunks = tuple(chunks)
        self.size = image.size
        self.used = sum(chunk.length for chunk in chunks if not chunk.empty)

    def content(self, chunk):
        if chunk.offset in self._changed:
            return self._changed[chunk.offset]
        data = self.image.read(chunk.offset, chunk.length)
        if sha256(data) != chunk.sha256:
            raise Fault(14, str(self.image.path), offset=chunk.offset, expected=chunk.sha256, actual=sha256(data))
        return data


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def zero_sha256(length, known={CHUNK: sha256(ZEROS)}):
    return known.get(length) or sha256(ZEROS[:length])


def next_data(fd, offset, size):
    """Where the file holds something again; `offset` itself on a file system that does not know."""
    try:
        return os.lseek(fd, offset, os.SEEK_DATA)
    except OSError as error:
        return size if error.errno == 6 else offset      # ENXIO: nothing but holes


def opened(stack, path):
    """(what read() gives the unpacked bytes, a function that tells how far the packed file is)."""
    raw = stack.enter_context(open(path, "rb"))
    unpacking = {".zst": Zstd, ".gz": lambda raw: gzip.GzipFile(fileobj=raw), ".xz": lzma.LZMAFile}[path.suffix](raw)
    # The child of Zstd shares this place in the file.
    return stack.enter_context(unpacking), lambda: os.lseek(raw.fileno(), 0, os.SEEK_CUR)


class Zstd:
    """Python 3.11 has no zstd of its own: Debian's program."""

    def __init__(self, raw):
        if not shutil.which("zstd"):
            raise Fault(13, "the package zstd is not installed")
        self._child = subprocess.Popen(["zstd", "-dcq"], stdin=raw, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._child.kill()
        self._child.communicate()

    def read(self, length):
        data = self._child.stdout.read(length)
        if not data and self._child.wait():
            words = self._child.stderr.read().decode("utf-8", "replace").strip()
            raise lzma.LZMAError(words or "zstd failed")
        return data


def stated_sums(path):
    """name -> SHA-256 of what lies beside the image: IMAGE.sha256 (also that of the image without .zst) and SHA256SUMS.
    Lines are those of sha256sum, or the hash alone."""
    sums = {}
    names = [path.name] + ([path.name.removesuffix(path.suffix)] if path.suffix in PACKED else [])
    for file, alone in [(path.with_name("SHA256SUMS"), None)] + [(path.with_name(f"{name}.sha256"), name) for name in names]:
        if not file.exists():
            continue
        for line in file.read_text("utf-8", "replace").splitlines():
            match = re.fullmatch(r"([0-9a-fA-F]{64})(?: [ *](.+))?", line.strip())
            if not match and line.strip() and alone:
                raise Fault(11, f"{file} holds no SHA-256")
            if match and (name := pathlib.PurePath(match[2]).name if match[2] else alone):
                sums[name] = match[1].lower()
    return {name: value for name, value in sums.items() if name in names}
