"""power-cut: the power goes at every journal write, fsync and message of a visit, and again during the recovery.

    power-cut@BRAND/CUT         CUT and AGAIN are points: journal.write.17:die-before:some
    power-cut@BRAND/CUT/AGAIN
"""

import asyncio
import itertools

from orders import BRANDS, Order, Run, random_of, read_order, spread

NAME = "power-cut"
QUICK_VISITS, QUICK_RECOVERIES, QUICK_STATIONS = 70, 30, 4
# What the power can do at a point of this class: (deed, what becomes of unsynced bytes).
DEEDS = {
    "journal.write": (("die-before", "all"), ("die-before", "some"), ("tear", "none"), ("tear", "some")),
    "journal.sync": (("die-before", "all"), ("die-before", "some")),
    "journal.synced": (("die-before", "all"),),
    "journal.truncate": (("die-before", "some"),),
    "journal.delete": (("die-before", "some"),),
    "journal.open": (("die-before", "some"),),
    "send.ui": (("die-before", "some"),),
    "send.card": (("die-before", "some"),),
    "send.link": (("die-before", "some"), ("die-after", "some")),
    "send.terminal": (("die-before", "some"), ("tear", "some"), ("die-after", "some")),
    "send.printer": (("die-before", "some"), ("tear", "some"), ("die-after", "some")),
    "recv.ui": (("die-before", "some"),),
    "recv.card": (("die-before", "some"),),
    "recv.link": (("die-before", "some"),),
    "recv.terminal": (("die-before", "some"),),
    "recv.printer": (("die-before", "some"),),
}


def orders(points):
    """Every order for the points of a trace, in the order of the visit."""
    for name, number, _ in points:
        for deed, loss in DEEDS.get(name, ()):
            yield Order(f"{name}.{number}", deed, loss)


def run_of(seed, rest):
    cut = read_order(rest[0]) if rest and rest[0] != "count" else None
    again = read_order(rest[1]) if len(rest) > 1 else None
    # Some printers are still at it when the kiosk is back, some have long finished.
    page_s = (0.0, 0.0, 0.3)[random_of(rest[0]) % 3]
    return Run(seed, cut=cut, again=again, page_s=page_s)


async def seeds(lanes, options):
    """(number of points, seeds). Counting runs find the points."""
    visit = (await lanes.counted(f"{NAME}/count")).visit
    first = list(orders(visit))
    # What a recovery does depends on how far the visit came: one is counted for each state of the journal.
    stations = [order for order in first if order.point_class == "journal.synced"]
    if options.quick:
        stations = spread(stations, QUICK_STATIONS)
    counted = await asyncio.gather(*(lanes.counted(f"{NAME}/{station.text()}") for station in stations))
    recoveries = [(station, order) for station, outcome in zip(stations, counted) for order in orders(outcome.recovery)]
    points = len({order.point for order in first}) + len({(station, order.point) for station, order in recoveries})
    brands = options.brands or BRANDS
    if options.quick:
        single, double = spread(first, QUICK_VISITS), spread(recoveries, QUICK_RECOVERIES)
        turns = itertools.cycle(brands)
        return points, [seed(next(turns), order) for order in single] + [seed(next(turns), *both) for both in double]
    out = []
    for brand in brands:
        # Until the payment no brand is known: one of them goes through that part for all.
        paid = first if brand == brands[0] else first[first.index(payment(first)):]
        out += [seed(brand, order) for order in paid]
    # Which points a recovery has does not depend on the brand: each is cut once, with another brand in turn.
    turns = itertools.cycle(brands)
    return points, out + [seed(next(turns), *both) for both in recoveries]


def seed(brand, *orders_of_run):
    return "/".join([f"{NAME}@{brand}", *(order.text() for order in orders_of_run)])


def payment(first):
    """The Payment request: after the terminal's Login and two Diagnoses, whose bytes are a message each."""
    return next(order for order in first if order.point == "send.terminal.4")
