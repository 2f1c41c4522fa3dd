"""What a run is told to do. A seed is a run written down: the same seed is the same run, for --replay."""

import dataclasses
import typing
import zlib

# What residents pay with. What a terminal makes of an interrupted tap differs between them.
BRANDS = ("QUICPay", "iD", "WAON", "Edy", "nanaco", "Suica", "VISA")


class WrongSeed(Exception):
    """What is wrong with a seed, as one line for the person who typed it."""


@dataclasses.dataclass(frozen=True)
class Order:
    """One fault inside kioskd: what tools/campaign.d/preload/fault_order.h does at a point."""
    point: str              # "journal.write.17"
    deed: str               # die-before, tear, die-after, fail
    extra: str = "some"     # of a death: what becomes of unsynced bytes (all, some, none); of a failure: its code

    @property
    def point_class(self):
        return self.point.rpartition(".")[0]

    def text(self):
        return f"{self.point}:{self.deed}:{self.extra}"

    def environment(self, random):
        if self.deed.startswith("fail"):
            onwards = int(self.deed == "fail-onwards")
            return f"point={self.point} do=fail code={self.extra} onwards={onwards}"
        return f"point={self.point} do={self.deed} loss={self.extra} seed={random}"


def read_order(text):
    parts = text.split(":")
    if len(parts) != 3 or not parts[0].rpartition(".")[2].isdigit():
        raise WrongSeed(f"'{text}' is not POINT.NUMBER:DEED:HOW")
    return Order(*parts)


@dataclasses.dataclass(frozen=True)
class Run:
    """One visit with its fault, the restart after it, and what the ledgers may then say."""
    seed: str
    cut: Order | None = None            # in the visit
    again: Order | None = None          # in the recovery after it
    brand: str = ""                     # what the resident pays with; empty: the usual one
    copies: int = 1
    page_s: float = 0.0                 # how long the printer takes for a sheet
    settings: dict = dataclasses.field(default_factory=dict)    # of kiosk.toml: (table, key) -> value
    wire: tuple | None = None           # (peer, boundary, action): wire_relay.py
    trouble: tuple | None = None        # (page, trouble, ending): paper.py
    tap: tuple | None = None            # (way, lost): taps.py
    comes: str = ""                     # who comes after the power cut: owed.py
    judge: typing.Callable | None = None    # (run, evidence) -> sentences: what this campaign wants besides the rule
    patience_s: float = 60.0            # until the visit counts as hanging
    unresolved_allowed: bool = False

    @property
    def random(self):
        """A number that belongs to the seed."""
        return random_of(self.seed)


def random_of(text):
    return zlib.crc32(text.encode())


def spread(items, wanted):
    """`wanted` of the items at even distances, or all of them: the same ones every time."""
    items = list(items)
    if wanted is None or len(items) <= wanted:
        return items
    return [items[i * len(items) // wanted] for i in range(wanted)]
