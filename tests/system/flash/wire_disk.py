"""Disks for tests of tools/flash, as the kernel has them: loop devices. Behind the ordinary one is a sparse file. Behind
the one that misbehaves (WireDisk) is this process, which answers the kernel's reads and writes itself: FUSE's protocol
(linux/fuse.h) on /dev/fuse, one file, in a mount namespace of our own that is gone when we are. So what the program
under test sees of a bad disk is what the block layer says of one."""

import contextlib
import ctypes
import errno
import os
import pathlib
import struct
import subprocess
import tempfile
import threading
import traceback

LOOKUP, FORGET, GETATTR, OPEN, READ, WRITE, RELEASE, FSYNC, FLUSH, INIT, BATCH_FORGET = 1, 2, 3, 14, 15, 16, 18, 20, 25, 26, 42
DIRECT_IO, BIG_WRITES, MAX_PAGES = 1, 1 << 5, 1 << 22
CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 1 << 18, 2
PIECE = 1 << 20
PAGE = 4096


def unavailable():
    """Why there are no such disks on this machine, or None."""
    if os.geteuid():
        return "not root: no loop devices"
    run = subprocess.run(["losetup", "-f"], capture_output=True, text=True, check=False)
    return f"no loop devices: {run.stderr.strip()}" if run.returncode else None


def wire_unavailable():
    return unavailable() or (None if os.access("/dev/fuse", os.R_OK | os.W_OK) else "no /dev/fuse")


def attached(path, stack):
    """A loop device over the file. It goes when this process does: `losetup -d` of one in use detaches at its last
    close, and that is ours."""
    run = subprocess.run(["losetup", "-f", "--show", path], capture_output=True, text=True, check=True)
    device = run.stdout.strip()
    stack.callback(os.close, os.open(device, os.O_RDONLY))
    subprocess.run(["losetup", "-d", device], check=True)
    return device


def sparse_disk(folder, name, size, stack):
    path = pathlib.Path(folder) / name
    with open(path, "wb") as file:
        file.truncate(size)
    return attached(path, stack), path


class WireDisk:
    """`misbehave(disk, kind, offset, length)` is asked before each access ("read", "write", "flush") and returns the
    errno with which that fails, or 0. It runs while the kernel waits for the answer."""

    def __init__(self, size, stack, misbehave=lambda disk, kind, offset, length: 0):
        self.size, self.misbehave = size, misbehave
        self.flipped = set()        # offsets of bytes that read as another value than was written
        self.capacity = size        # a disk that pretends: what is beyond lands at offset modulo this
        self.dropped = ()           # writes that begin there are acknowledged and lost
        self._store = tempfile.TemporaryFile()
        self._store.truncate(size)
        stack.callback(self._store.close)
        self._fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        self._mounted(stack)
        # Several, so that one access can wait while the kernel asks for the size.
        for _ in range(4):
            threading.Thread(target=self._serve, daemon=True).start()
        self.backing = f"{self._folder}/disk"
        self.device = attached(self.backing, stack)

    def bytes(self, offset, length):
        """What is really there."""
        return os.pread(self._store.fileno(), length, offset)

    def fill(self, data, offset=0):
        os.pwrite(self._store.fileno(), data, offset)

    def pull_out(self):
        """As a card is pulled out of its reader: no access works, and the reader's capacity is zero."""
        self.misbehave = lambda disk, kind, offset, length: errno.EIO
        self.size = 0
        subprocess.run(["losetup", "--set-capacity", self.device], check=True)

    def _mounted(self, stack):
        libc = ctypes.CDLL(None, use_errno=True)
        own_namespace(libc)
        self._folder = stack.enter_context(tempfile.TemporaryDirectory())
        options = f"fd={self._fuse},rootmode=40000,user_id=0,group_id=0".encode()
        if libc.mount(b"wire-disk", self._folder.encode(), b"fuse", 0, options):
            raise OSError(ctypes.get_errno(), "mount")
        stack.callback(os.close, self._fuse)
        stack.callback(libc.umount2, self._folder.encode(), MNT_DETACH)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                request = os.read(self._fuse, PIECE + 2 * PAGE)
                length, code, unique, node = struct.unpack_from("<IIQQ", request)
                try:
                    answer = self._answer(code, node, request[40:length])
                except Exception:       # of a test; the kernel must have an answer all the same
                    traceback.print_exc()
                    answer = errno.EIO, b""
                if answer is not None:
                    error, body = answer
                    os.write(self._fuse, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)

    def _answer(self, code, node, body):
        """(errno, bytes), or None where the kernel expects no answer."""
        if code == INIT:
            _, _, read_ahead, _ = struct.unpack_from("<IIII", body)
            return 0, struct.pack("<IIIIHHIIHHI7I", 7, 31, read_ahead, BIG_WRITES | MAX_PAGES, 12, 9, PIECE, 1,
                                  PIECE // PAGE, 0, 0, *[0] * 7)
        if code in (FORGET, BATCH_FORGET):
            return None
        if code == LOOKUP:
            return (0, struct.pack("<QQQQII", 2, 0, 0, 0, 0, 0) + self._attributes(2)) if body == b"disk\0" else (2, b"")
        if code == GETATTR:
            return 0, struct.pack("<QII", 0, 0, 0) + self._attributes(node)
        if code == OPEN:
            return 0, struct.pack("<QII", 1, DIRECT_IO, 0)
        if code in (READ, WRITE):
            return self._access(code, body)
        if code in (FSYNC, FLUSH):
            return self.misbehave(self, "flush", 0, 0), b""
        return (0, b"") if code == RELEASE else (errno.ENOSYS, b"")

    def _attributes(self, node):
        folder = node == 1
        size = 0 if folder else self.size
        return struct.pack("<6Q10I", node, size, size // 512, 0, 0, 0, 0, 0, 0, 0o40755 if folder else 0o100600, 1, 0,
                           0, 0, PAGE, 0)

    def _access(self, code, body):
        _, offset, length = struct.unpack_from("<QQI", body)
        kind = "read" if code == READ else "write"
        if error := self.misbehave(self, kind, offset, length):
            return error, b""
        place = offset % self.capacity
        if kind == "write":
            if offset not in self.dropped:
                self.fill(body[40:40 + length], place)
            return 0, struct.pack("<II", length, 0)
        data = bytearray(self.bytes(place, length))
        for at in self.flipped:
            if offset <= at < offset + len(data):
                data[at - offset] ^= 0xff
        return 0, bytes(data)


def own_namespace(libc, done=[]):
    if not done:
        if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
            raise OSError(ctypes.get_errno(), "unshare")
        done.append(True)
