"""storage: the disk is full, broken or read-only, or memory runs out, at each call of the journal; once or for good.

    storage/POINT:DEED:CODE     DEED: fail (this call only), fail-onwards; CODE: FULL, IOERR, READONLY, NOMEM

A point is a call of the journal's SQLite to the system, or (journal.malloc.N:fail:NOMEM) one of its allocations: of
these there are thousands in a visit, so that every k-th is made to fail.
"""

import asyncio

from orders import Order, Run, read_order, spread

NAME = "storage"
QUICK, QUICK_ALLOCATIONS, ALLOCATIONS = 40, 12, 200
MEMORY = "journal.malloc"
# What a call of this class can fail with.
CODES = {
    "journal.open": ("IOERR", "READONLY", "NOMEM"),
    "journal.read": ("IOERR", "NOMEM"),
    "journal.write": ("FULL", "IOERR", "READONLY", "NOMEM"),
    "journal.truncate": ("IOERR", "READONLY", "NOMEM"),
    "journal.sync": ("IOERR", "NOMEM"),
    "journal.delete": ("IOERR", "READONLY", "NOMEM"),
    "journal.lock": ("IOERR", "NOMEM"),
    "journal.map": ("IOERR", "NOMEM"),
}
DEEDS = ("fail", "fail-onwards")


def orders(points):
    for name, number, _ in points:
        for code in CODES.get(name, ()):
            yield from (Order(f"{name}.{number}", deed, code) for deed in DEEDS)


def run_of(seed, rest):
    if rest[0] == "count-allocations":
        return Run(seed, cut=Order(f"{MEMORY}.0", "fail", "NOMEM"))
    return Run(seed, cut=None if rest[0] == "count" else read_order(rest[0]))


async def seeds(lanes, options):
    counted, counted_memory = await asyncio.gather(lanes.counted(f"{NAME}/count"),
                                                   lanes.counted(f"{NAME}/count-allocations"))
    found = list(orders(counted.visit))
    allocations = [number for name, number, _ in counted_memory.visit if name == MEMORY]
    failing = spread(allocations, QUICK_ALLOCATIONS if options.quick else ALLOCATIONS)
    print(f"{NAME}: of {len(allocations)} allocations in a visit {len(failing)} fail, at even distances", flush=True)
    chosen = spread(found, QUICK if options.quick else None)
    chosen += [Order(f"{MEMORY}.{number}", deed, "NOMEM") for turn, number in enumerate(failing)
               for deed in (DEEDS if not options.quick else DEEDS[turn % 2:][:1])]
    return len({order.point for order in found}) + len(failing), [f"{NAME}/{order.text()}" for order in chosen]
