"""power-cut: the power goes at every journal write, fsync and message of a visit, and again during the recovery.

    power-cut/CUT           CUT and AGAIN are points: journal.write.17:die-before:some
    power-cut/CUT/AGAIN
"""

import asyncio

from orders import Order, Run, random_of, read_order, spread

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
    visit = (await lanes.one(f"{NAME}/count")).visit
    first = list(orders(visit))
    # What a recovery does depends on how far the visit came: one is counted for each state of the journal.
    stations = [order for order in first if order.point_class == "journal.synced"]
    if options.quick:
        stations = spread(stations, QUICK_STATIONS)
    counted = await asyncio.gather(*(lanes.one(f"{NAME}/{station.text()}") for station in stations))
    recoveries = [(station, order) for station, outcome in zip(stations, counted) for order in orders(outcome.recovery)]
    points = len({order.point for order in first}) + len({(station, order.point) for station, order in recoveries})
    single = [f"{NAME}/{order.text()}" for order in first]
    double = [f"{NAME}/{station.text()}/{order.text()}" for station, order in recoveries]
    if options.quick:
        single, double = spread(single, QUICK_VISITS), spread(double, QUICK_RECOVERIES)
    return points, single + double
