"""One disk that is being written to. Past the page cache (O_DIRECT), so that what is read back comes from the disk;
alone (O_EXCL: the kernel refuses when anything mounted or mapped uses it), and locked, so that udev leaves it alone."""

import errno
import fcntl
import mmap
import os
import pathlib
import struct

from faults import Fault

BLKRRPART, BLKFLSBUF, BLKGETSIZE64, BLKDISCARD = 0x125f, 0x1261, 0x80081272, 0x1277
ALIGNMENT = 512
DISCARD_STEP = 1 << 30
GONE = {errno.ENODEV, errno.ENXIO, errno.ENOMEDIUM, errno.ESHUTDOWN}


class Medium:
    """Not for several threads. `lengths` and `offsets` are multiples of 512."""

    def __init__(self, disk, buffer_bytes):
        self.path = disk.path
        self._buffer = mmap.mmap(-1, buffer_bytes)      # page-aligned, as O_DIRECT wants it
        try:
            self._fd = os.open(disk.path, os.O_RDWR | os.O_EXCL | os.O_DIRECT | os.O_CLOEXEC)
        except PermissionError:
            raise Fault(29, device=disk.path) from None
        except OSError as error:
            code = {errno.EBUSY: 22, errno.EROFS: 23, errno.ENOMEDIUM: 27}.get(error.errno, 34)
            raise Fault(code, error.strerror, device=disk.path) from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise Fault(22, "another program has locked it", device=disk.path) from None
        self.size = self._size_now()
        self._number = os.fstat(self._fd).st_rdev

    def close(self):
        os.close(self._fd)

    def write(self, offset, data):
        with memoryview(self._buffer)[:len(data)] as view:
            view[:] = data
            done = 0
            while done < len(data):
                try:
                    count = os.pwritev(self._fd, [view[done:]], offset + done)
                except OSError as error:
                    raise self._fault(30, offset + done, error) from None
                if count <= 0 or count % ALIGNMENT:
                    raise self._fault(30, offset + done, None)
                done += count

    def read(self, offset, length):
        with memoryview(self._buffer)[:length] as view:
            done = 0
            while done < length:
                try:
                    count = os.preadv(self._fd, [view[done:]], offset + done)
                except OSError as error:
                    raise self._fault(31, offset + done, error) from None
                if count <= 0 or count % ALIGNMENT:
                    raise self._fault(31, offset + done, None)
                done += count
            return bytes(view)

    def sync(self):
        """The disk has emptied its own cache, and the kernel's holds nothing of it."""
        try:
            os.fsync(self._fd)
            fcntl.ioctl(self._fd, BLKFLSBUF, 0)
        except OSError as error:
            raise self._fault(32, None, error) from None

    def discard(self, cancel):
        """Tells the disk that nothing on it is needed. True if it takes that; what it then returns is looked at."""
        for offset in range(0, self.size, DISCARD_STEP):
            cancel()
            try:
                fcntl.ioctl(self._fd, BLKDISCARD, struct.pack("QQ", offset, min(DISCARD_STEP, self.size - offset)))
            except OSError:
                return False
        return True

    def forget_partitions(self):
        """The kernel reads the table anew. If it will not: the next one who plugs it in sees the new table."""
        try:
            fcntl.ioctl(self._fd, BLKRRPART, 0)
        except OSError:
            pass

    def _size_now(self):
        try:
            return struct.unpack("Q", fcntl.ioctl(self._fd, BLKGETSIZE64, bytes(8)))[0]
        except OSError:
            return 0

    def _fault(self, code, offset, error):
        known = pathlib.Path(f"/sys/dev/block/{os.major(self._number)}:{os.minor(self._number)}")
        gone = not self._size_now() or not known.exists() or (error and error.errno in GONE)
        detail = os.strerror(error.errno) if error else "it took less than it was given"
        return Fault(34 if gone else code, detail, device=self.path, offset=offset)
