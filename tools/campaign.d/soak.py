"""soak: visits one after another in the same processes, one in a hundred with a fault; memory and descriptors stay flat.

    soak/FIRST-LAST     the visits of these numbers, one after another in one life of the kiosk
"""

import itertools

import growth
from orders import WrongSeed, random_of

NAME = "soak"
VISITS, QUICK = 1000, 120
FAULT_PERCENT = 1
# A fault -> what is told to whom before the visit. Whatever stands afterwards is cleared.
FAULTS = {
    "declined": ("terminal mode decline",),
    "cancelled at the terminal": ("terminal mode cancel",),
    "terminal busy": ("terminal mode busy",),
    "payment's reply lost": ("terminal mode drop-reply",),
    "payment's request lost": ("terminal mode drop-request",),
    "wrong amount": ("terminal mode wrong-amount",),
    "part of the amount": ("terminal mode partial",),
    "half a reply": ("terminal mode malformed",),
    "the last payment's reply": ("terminal mode replay",),
    "the reply twice": ("terminal mode double-reply",),
    "a slow acquirer": ("terminal mode delay 800",),
    "reversal's reply lost": ("terminal mode wrong-amount", "terminal mode reversal-drop-reply"),
    "reversal refused": ("terminal mode wrong-amount", "terminal mode reversal-refused"),
    "outcome in progress": ("terminal mode drop-reply", "terminal mode status-in-progress 2"),
    "jam before": ("printer jam",),
    "jam in the sheet": ("printer fail-next jam",),
    "empty in the sheet": ("printer fail-next empty",),
    "cover in the sheet": ("printer fail-next cover",),
    "job aborted": ("printer fail-next abort",),
    "Create-Job's reply lost": ("printer drop-reply create",),
    "Create-Job lost": ("printer drop-request create",),
    "Send-Document's reply lost": ("printer drop-reply send",),
    "Send-Document lost": ("printer drop-request send",),
}
# Money that nobody can give back is rightly left to staff.
MAY_BE_UNRESOLVED = ("reversal refused",)


def fault_of(number):
    """The fault of a visit, or None: the same for a number every time."""
    random = random_of(f"visit {number}")
    if random % 100 >= FAULT_PERCENT:
        return None
    return list(FAULTS)[random // 100 % len(FAULTS)]


def span_of(seed):
    """(first, last)"""
    first, _, last = seed.partition("/")[2].partition("-")
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last)):
        raise WrongSeed(f"{NAME}/FIRST-LAST is wanted, two numbers of visits")
    return int(first), int(last)


def visits_of(seed):
    first, last = span_of(seed)
    return last - first + 1


def run_of(seed, rest):
    return span_of(seed)


async def seeds(lanes, options):
    visits = options.visits or (QUICK if options.quick else VISITS)
    # Rather fewer processes than ones of which nobody could tell whether they grow.
    lives = max(1, min(lanes.count, visits // growth.FEWEST_VISITS))
    ends = [visits * life // lives for life in range(lives + 1)]
    spans = [f"{NAME}/{first + 1}-{last}" for first, last in zip(ends, ends[1:]) if first < last]
    # One in a hundred leaves most faults out of a short soak: each has a visit of its own besides.
    return len(FAULTS), spans + [f"{NAME}/{number}-{number}" for number in map(first_with, FAULTS)]


def first_with(fault):
    return next(number for number in itertools.count(1) if fault_of(number) == fault)
