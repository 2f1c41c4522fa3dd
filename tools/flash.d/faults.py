"""What can go wrong, each with a code that docs/flash.md explains, and the exit codes of tools/flash."""

import dataclasses

DONE, FAILED, USAGE, REFUSED, UNVERIFIED, CANCELLED = 0, 1, 2, 3, 4, 5


@dataclasses.dataclass(frozen=True)
class Kind:
    code: int
    what: str
    next: str


KINDS = {kind.code: kind for kind in (
    Kind(10, "the image cannot be read", "check the path and the disk that holds the image"),
    Kind(11, "the image is not what its checksum says", "fetch the image again; do not use this file"),
    Kind(12, "this is no usable GPT image", "give the .img that images/build made"),
    Kind(13, "the image cannot be unpacked", "install what is missing, or make room (TMPDIR names another place)"),
    Kind(14, "the image changed while it was used", "wait until the build is done, then flash again"),
    Kind(20, "not a whole disk", "give the disk itself; tools/flash without arguments lists them"),
    Kind(21, "this disk holds the running system", "choose another disk"),
    Kind(22, "the disk is in use", "unmount it, close what lies on it, then flash again"),
    Kind(23, "the disk is read-only", "move the lock switch of the card, or use another one"),
    Kind(24, "the disk is too small", "use a larger one"),
    Kind(25, "this disk is not removable", "if it is really the one to erase: --fixed with its serial number"),
    Kind(26, "the same thing was given twice", "give every disk once, and never the image as a target"),
    Kind(27, "there is no medium in the drive", "insert one"),
    Kind(28, "the disk has another sector size than the image", "use a disk with 512-byte logical sectors"),
    Kind(29, "no permission to write to the disk", "run it as root: sudo tools/flash ..."),
    Kind(30, "writing failed", "try another port and cable; if it fails again, throw the medium away"),
    Kind(31, "reading back failed", "try another port and cable; if it fails again, throw the medium away"),
    Kind(32, "the disk did not confirm what it was given", "try another port and cable, then another medium"),
    Kind(33, "the disk returns other data than it was given",
         "throw the medium away: it is worn out or pretends to be larger than it is"),
    Kind(34, "the disk disappeared", "plug it in again, without a hub, and start again"),
    Kind(35, "cancelled", "flash it again before use"),
    Kind(40, "the provisioning file cannot be used", "correct the file; docs/flash.md shows one"),
    Kind(41, "not enough unused units", "add units to the file, or free one with --release"),
    Kind(42, "the image has no room for the unit", "build the image with a FAT32 partition named 'esp'"),
    Kind(43, "the ledger of used units cannot be written", "make the folder of the provisioning file writable"),
)}


class Fault(Exception):
    """One failure, with everything that a maintainer needs to act."""

    def __init__(self, code, detail="", *, device=None, offset=None, expected=None, actual=None):
        super().__init__(code)
        self.kind = KINDS[code]
        self.detail, self.device, self.offset = detail, device, offset
        self.expected, self.actual = expected, actual

    def __str__(self):
        place = f" {self.device}:" if self.device else ""
        parts = [f"FLASH-{self.kind.code}{place} {self.kind.what}"]
        if self.detail:
            parts.append(self.detail)
        if self.offset is not None:
            parts.append(f"at byte {self.offset}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}, found {self.actual}")
        return ": ".join(parts) + f". Next: {self.kind.next}."

    def fields(self):
        """For --json."""
        return {"code": f"FLASH-{self.kind.code}", "what": self.kind.what, "detail": self.detail, "device": self.device,
                "offset": self.offset, "expected": self.expected, "actual": self.actual, "next": self.kind.next}
