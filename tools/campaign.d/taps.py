"""taps: the card leaves the terminal too early (処理未了), with each brand; the reply is lost, the power goes.

    taps@BRAND/WAY:FAULT        WAY: one of WAYS; FAULT: none, reply-lost
    taps@BRAND/WAY:cut/CUT      CUT: a point, send.terminal.5:die-before:some
"""

import asyncio

import power_cut
from orders import BRANDS, Run, WrongSeed, read_order, spread
from reconcile import Account

NAME = "taps"
# What each brand says about a card that left before it had confirmed, as the city's contract with it would: written
# down here once more, because the kiosk's own table is what is on trial.
UNTIL_RETOUCH, LATER, NO_SALE, STATUS = (
    "no_sale_until_retouch", "sold_and_corrected_later", "no_sale", "status_decides")
RULES = {"QUICPay": NO_SALE, "iD": NO_SALE, "WAON": UNTIL_RETOUCH, "Edy": UNTIL_RETOUCH, "Suica": UNTIL_RETOUCH,
         "nanaco": LATER, "VISA": STATUS}
# A way -> what is told to the terminal before the visit.
WAYS = {
    "gone": (),                     # and the card does not come back
    "retouched": ("mode delay 300",),   # it comes back; of a brand that has no second touch, the host says yes
    "late": ("mode delay 1500",),   # the card is gone, and the terminal takes its time to say so
    "booked": ("mode interrupted-booked",),     # the terminal sells, against the brand's rule
    "dropped": ("mode interrupted-dropped",),   # the terminal does not sell, against the brand's rule
}
AGAINST_THE_RULE = ("booked", "dropped")
FAULTS = ("none", "reply-lost")
# What makes the journal and the terminal differ: the messages about the payment, and what is written down of them.
CUT_AT = ("send.terminal", "recv.terminal", "journal.synced")
QUICK_WHOLE, QUICK_CUT = 8, 8
# A terminal that contradicts the brand is asked for so long before staff are called.
SETTINGS = {("terminal", "status_patience_s"): 5}


def pairs(brands):
    """(brand, way): a contradiction is one only where the brand's rule is the other."""
    ways_of = {way: [brand for brand in brands if may_go(brand, way)] for way in WAYS}
    return [(brand, way) for way, some in ways_of.items() for brand in some]


def may_go(brand, way):
    if way == "booked":
        return RULES[brand] != LATER
    if way == "dropped":
        return RULES[brand] in (LATER, STATUS)
    return True


def is_sold(brand, way):
    """Whether the resident has paid in the end; None where only staff can tell."""
    if way in AGAINST_THE_RULE:
        return None
    return RULES[brand] == LATER or (way == "retouched" and RULES[brand] != NO_SALE)


def modes(tap):
    """What is told to the terminal before the visit, of a run's `tap`; a reply that is lost is not late as well."""
    if not tap:
        return ()
    way, lost = tap
    told = WAYS[way]
    return (*(one for one in told if "delay" not in one), "mode drop-reply") if lost else told


def touch(tap):
    """How the resident holds the card to the terminal: a coroutine of (terminal, brand)."""
    async def whole(terminal, brand):
        await terminal.say(f"tap {brand}")

    async def interrupted(terminal, brand):
        said = len(terminal.lines)
        await terminal.say(f"interrupt {brand}")
        if tap[0] == "retouched":
            await terminal.line(r"payment \S+ (touch again|charged|failed)", timeout=None, since=said)
            await terminal.say("retouch")
    return interrupted if tap else whole


def run_of(seed, rest):
    brand = seed.partition("/")[0].partition("@")[2] or BRANDS[0]
    way, fault = rest[0].split(":")
    if way not in WAYS or not may_go(brand, way) or fault not in (*FAULTS, "cut"):
        raise WrongSeed(f"{NAME}@BRAND/{'|'.join(WAYS)}:{'|'.join(FAULTS)}|cut is wanted")
    cut = read_order(rest[1]) if fault == "cut" else None
    return Run(seed, cut=cut, brand=brand, tap=(way, fault == "reply-lost"), settings=SETTINGS, judge=judge,
               unresolved_allowed=way in AGAINST_THE_RULE)


async def seeds(lanes, options):
    found = pairs(options.brands or BRANDS)
    whole = [f"{NAME}@{brand}/{way}:{fault}" for fault in FAULTS for brand, way in found]
    counted = spread(found, QUICK_CUT if options.quick else None)
    outcomes = await asyncio.gather(*(lanes.counted(f"{NAME}@{brand}/{way}:none") for brand, way in counted))
    cuts = [[f"{NAME}@{brand}/{way}:cut/{order.text()}" for order in orders(outcome.visit)]
            for (brand, way), outcome in zip(counted, outcomes)]
    points = len(whole) + sum(len({one.split(":")[1] for one in some}) for some in cuts)
    if options.quick:
        # Of each counted pair another point.
        return points, spread(whole, QUICK_WHOLE) + [some[turn * len(some) // len(cuts)] for turn, some in enumerate(cuts)]
    return points, whole + [one for some in cuts for one in some]


def orders(visit):
    found = list(power_cut.orders(visit))
    return [order for order in found[found.index(power_cut.payment(found)):] if order.point_class in CUT_AT]


def judge(run, evidence):
    """What the journal says of the tap is the brand's own rule, and the resident has paid exactly if that rule says so."""
    found = []
    for visit in evidence.journal:
        account = Account(visit, evidence)
        moves = [one for one in evidence.moves if one.visit == visit and one.kind == "Payment"]
        charges = [body for kind, body in account.records if kind == "charge"]
        if moves and charges:
            found += [f"visit {visit}: {sentence}" for sentence in judge_records(run.brand, charges, moves[-1])]
        if charges and not run.cut:     # what has none is a day's end
            found += [f"visit {visit}: {sentence}" for sentence in judge_sale(run, account)]
    return found


def judge_records(brand, charges, last_move):
    for charge in charges:
        rule = charge.get("interrupted_tap")
        if rule and (rule, charge.get("brand")) != (RULES[brand], brand):
            yield f"the journal says '{rule}' of {charge.get('brand')}, and {brand} says '{RULES[brand]}'"
    told, is_so = charges[-1].get("interrupted_tap"), last_move.unconfirmed and last_move.state != "pending"
    if is_so and not told:
        yield "the terminal says that the tap was interrupted, the journal does not"
    if told and not is_so:
        yield f"the journal says '{told}' of a tap that was not interrupted in the end"


def judge_sale(run, account):
    sold = is_sold(run.brand, run.tap[0])
    if sold is None:
        if not account.unresolved:
            yield f"a terminal that contradicts the rule of {run.brand} was believed"
    elif sold != bool(account.net_yen):
        yield f"an interrupted tap with {run.brand} ended with {account.net_yen} yen"
