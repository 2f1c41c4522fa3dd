"""owed: the power goes after the fee; then the same card comes, or another, or nobody, and the power goes again.

    owed@BRAND/WHO/CUT              WHO: same, other, nobody; CUT: a point of the first visit
    owed@BRAND/WHO/CUT/AGAIN        AGAIN: a point of the life in which they come; then they come once more
"""

import asyncio
import itertools

import power_cut
from orders import BRANDS, Run, WrongSeed, random_of, read_order, spread
from reconcile import Account

NAME = "owed"
WHO = ("same", "other", "nobody")
QUICK_FIRST, QUICK_AGAIN = 10, 8


def run_of(seed, rest):
    who, *cuts = rest
    if who not in WHO or len(cuts) not in (1, 2):
        raise WrongSeed(f"{NAME}@BRAND/{'|'.join(WHO)}/CUT[/AGAIN] is wanted")
    again = read_order(cuts[1]) if len(cuts) > 1 else None
    return Run(seed, cut=read_order(cuts[0]), again=again, comes=who, page_s=(0.0, 0.3)[random_of(cuts[0]) % 2],
               settings={("visit", "reprint_minutes"): 1}, judge=judge)


async def seeds(lanes, options):
    first = list(power_cut.orders((await lanes.counted(f"{power_cut.NAME}/count")).visit))
    paid = first[first.index(power_cut.payment(first)):]
    # The second power cut comes after a first one that has just let the fee be recorded: then paper is owed.
    station = [order for order in paid if order.point_class == "journal.synced"][0]
    counted = await asyncio.gather(*(lanes.counted(f"{NAME}/{who}/{station.text()}") for who in WHO))
    again = [(who, station, order) for who, outcome in zip(WHO, counted) for order in one_each(outcome.return_visit)]
    points = len({order.point for order in paid}) * len(WHO) + len({(who, station, order.point)
                                                                   for who, station, order in again})
    single = [(who, order) for order in paid for who in WHO]
    if options.quick:
        single, again = spread(single, QUICK_FIRST), spread(again, QUICK_AGAIN)
    turns = itertools.cycle(options.brands or BRANDS)
    return points, [f"{NAME}@{next(turns)}/{who}/{'/'.join(order.text() for order in cuts)}"
                    for who, *cuts in single + again]


def one_each(points):
    """The first order of each point: how bytes tear is what power-cut is about."""
    return list({order.point: order for order in reversed(list(power_cut.orders(points)))}.values())[::-1]


def judge(run, evidence):
    """Whose the paper is that somebody has paid for."""
    accounts = (Account(visit, evidence) for visit in evidence.journal)
    visits = [one for one in accounts if (one.last("began") or {}).get("service") == "certificate"]
    if not visits:
        return []
    first, *later = visits
    found = []
    if first.payments:
        found += paid_before(run, first)
    if first.last("owed") and run.comes == "same" and not run.again:
        found += [f"the card that came back was charged {one.net_yen} yen once more" for one in later if one.payments]
    if run.comes == "other":
        # Should the power go in their visit, they come once more and take up what they have paid for.
        if not any(one.completed and one.net_yen == one.due_yen for one in later or visits):
            found.append("another card did not get its own paper for its own fee")
    if run.comes == "nobody" and later:
        found.append("there was a visit, and nobody had come")
    return found


def paid_before(run, first):
    """Of the visit whose fee was taken before the power went."""
    # Sheets of a job that was withdrawn are void, and their money goes back: nothing is owed.
    if any(one.sheets and one.state != "completed" for one in first.jobs):
        return
    if run.comes == "same" and not run.again and not first.completed:
        yield "the card came back and did not get the paper that it had paid for"
    if run.comes != "same" and first.last("owed") and first.completed:
        yield "paper that was owed came out, and its card had not come back"
    if first.reversals and not first.last("owed"):
        yield "the money went back at once, and the paper was never offered"
