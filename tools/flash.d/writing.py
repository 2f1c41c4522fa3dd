"""One medium, from its first zero to its partition table. The table is written last, and only when all the rest was
read back and is right: whatever happens before, no firmware starts from this medium."""

import contextlib
import dataclasses
import secrets

import gpt
from faults import Fault
from image import CHUNK, ZEROS, sha256
from progress import Progress

# What firmware looks at is in the first MiB and in the last: both tables, and old boot records.
EDGE = 1 << 20
# Behind the image a stick that pretends to be larger is found by marks: they collide, or get lost.
MARK, MARKS = 4096, 32
BUFFER = max(CHUNK, EDGE)       # bytes; the largest piece that a Medium is given

UNTOUCHED, UNBOOTABLE, BOOTABLE, UNKNOWN = "untouched", "unbootable", "bootable", "unknown"


@dataclasses.dataclass
class Outcome:
    result: str             # verified, unverified, failed, cancelled
    medium: str             # untouched, unbootable, bootable, unknown
    fault: Fault | None
    written: int            # bytes
    seconds: float


class Cancelled(Exception):
    pass


class Writing:
    def __init__(self, medium, plan, verify, cancel, now):
        """cancel() raises Cancelled when somebody has had enough."""
        self._medium, self._plan, self._verify, self._cancel, self._now = medium, plan, verify, cancel, now
        self._head, self._tail = gpt.for_disk(plan.image.table, medium.size)
        self._state, self._written = UNTOUCHED, 0
        self._marks = marks(plan.size, medium.size) if verify else {}
        marked = len(self._marks) * MARK
        ends, empty = len(self._head) + len(self._tail), plan.size - plan.used
        phases = [("erase", 2 * EDGE + marked, 0), ("write", plan.used, empty), ("sync", 0, 0)]
        if verify:
            phases.append(("verify", 0, plan.size + marked))
        phases.append(("finish", ends + marked, ends if verify else 0))
        self.progress = Progress(phases, now)

    def run(self):
        began = self._now()
        result, fault = "verified" if self._verify else "unverified", None
        try:
            self._erase()
            self._write()
            self._sync()
            if self._verify:
                self._compare()
            self._cancel()
            self._finish()
        except Cancelled:
            result, fault = "cancelled", Fault(35, device=self._medium.path)
        except Fault as raised:
            result, fault = "failed", raised
            fault.device = fault.device or self._medium.path
        self._medium.forget_partitions()
        return Outcome(result, self._state, fault, self._written, self._now() - began)

    def _erase(self):
        self.progress.enter("erase")
        self._cancel()
        self._state = UNKNOWN
        for offset in (0, self._medium.size - EDGE):
            self._put(offset, ZEROS)
        self._medium.sync()
        for offset in (0, self._medium.size - EDGE):
            self._expect(offset, ZEROS)
        self._state = UNBOOTABLE
        self._medium.forget_partitions()
        self._medium.discard(self._cancel)
        for offset, mark in self._marks.items():
            self._put(offset, mark)

    def _write(self):
        """Used pieces are written. Of the others each is looked at, and written only where it is not zero already: what
        an earlier life of the medium left there must not be taken for a file system."""
        self.progress.enter("write")
        for chunk in self._plan.chunks:
            self._cancel()
            if not chunk.empty:
                self._put(chunk.offset, self._plan.content(chunk))
                continue
            zeros = ZEROS[:chunk.length]
            if self._medium.read(chunk.offset, chunk.length) != zeros:
                self._medium.write(chunk.offset, zeros)
                self._written += chunk.length
            self.progress.advance("read", chunk.length)

    def _sync(self):
        self._cancel()
        self.progress.enter("sync")
        self._medium.sync()
        self._plan.image.check_unchanged()

    def _compare(self):
        self.progress.enter("verify")
        for chunk in self._plan.chunks:
            self._cancel()
            data = self._medium.read(chunk.offset, chunk.length)
            if sha256(data) != chunk.sha256:
                raise self._differs(chunk.offset, self._plan.content(chunk), data)
            self.progress.advance("read", chunk.length)
        for offset, mark in self._marks.items():
            self._expect(offset, mark)
            self.progress.advance("read", MARK)

    def _finish(self):
        """Not cancelled any more: it is a moment, and half of it would be neither bootable nor not."""
        self.progress.enter("finish")
        for offset in self._marks:
            self._put(offset, ZEROS[:MARK])
        self._state = UNKNOWN       # firmware takes the backup table when the first one is missing
        try:
            self._put_and_check(self._medium.size - len(self._tail), self._tail)
            self._put_and_check(0, self._head)
        except Fault:
            self._take_back()
            raise
        self._state = BOOTABLE

    def _put_and_check(self, offset, data):
        self._put(offset, data)
        self._medium.sync()
        if self._verify:
            self._expect(offset, data)
            self.progress.advance("read", len(data))

    def _take_back(self):
        """A table that could not be confirmed goes again, if the disk lets us."""
        for offset in (0, self._medium.size - EDGE):
            with contextlib.suppress(Fault):
                self._medium.write(offset, ZEROS)
        with contextlib.suppress(Fault):
            self._medium.sync()
            for offset in (0, self._medium.size - EDGE):
                self._expect(offset, ZEROS)
            self._state = UNBOOTABLE

    def _put(self, offset, data):
        self._medium.write(offset, data)
        self._written += len(data)
        self.progress.advance("write", len(data))

    def _expect(self, offset, wanted):
        found = self._medium.read(offset, len(wanted))
        if found != wanted:
            raise self._differs(offset, wanted, found)

    def _differs(self, offset, wanted, found):
        """Names the first sector that differs, with the hashes of the piece around it."""
        first = next(at for at in range(0, len(wanted), gpt.SECTOR)
                     if wanted[at:at + gpt.SECTOR] != found[at:at + gpt.SECTOR])
        return Fault(33, f"in the {len(wanted)} bytes from {offset}", device=self._medium.path, offset=offset + first,
                     expected=f"sha256 {sha256(wanted)}", actual=sha256(found))


def marks(used, size):
    """offset -> bytes nobody can guess, spread over what lies behind the image, and at the very end."""
    step = (size - used) // MARKS // MARK * MARK
    if step == 0:
        return {}
    places = {-(-used // MARK) * MARK + number * step for number in range(MARKS)} | {size // MARK * MARK - MARK}
    return {place: secrets.token_bytes(MARK) for place in sorted(places) if place + MARK <= size}
