"""storage: the disk is full, broken or read-only, or memory runs out, at each call of the journal; once or for good.

    storage/POINT:DEED:CODE     DEED: fail (this call only), fail-onwards; CODE: FULL, IOERR, READONLY, NOMEM
"""

from orders import Order, Run, read_order, spread

NAME = "storage"
QUICK = 40
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
    return Run(seed, cut=None if rest[0] == "count" else read_order(rest[0]))


async def seeds(lanes, options):
    found = list(orders((await lanes.one(f"{NAME}/count")).visit))
    chosen = spread(found, QUICK if options.quick else None)
    return len({order.point for order in found}), [f"{NAME}/{order.text()}" for order in chosen]
