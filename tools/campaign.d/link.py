"""link: a wire of the kiosk breaks at every message boundary of gateway, terminal and printer.

    link/PEER.BOUNDARY:ACTION       ACTION: one of wire_relay.ACTIONS
"""

from orders import Run, WrongSeed, spread
from wire_relay import ACTIONS

NAME = "link"
PEERS = ("gateway", "terminal", "printer")
QUICK = 36
# A device that says nothing is waited for: 10 to 30 seconds each, 60 for the outcome of a payment.
PATIENCE_S = 240
WAITED_FOR = ("stall", "down")
QUICK_WAITS = 3


def run_of(seed, rest):
    if rest[0] == "count":
        # No boundary has this number: the relays stand in the wires and count.
        return Run(seed, wire=(PEERS[0], 0, "fin"))
    place, action = rest[0].split(":")
    peer, boundary = place.split(".")
    if peer not in PEERS or action not in ACTIONS or int(boundary) < 1:
        raise WrongSeed(f"{NAME}/{'|'.join(PEERS)}.NUMBER:{'|'.join(ACTIONS)} is wanted")
    # A device that stays away cannot be asked: then, and only then, a sale may be left to staff.
    return Run(seed, wire=(peer, int(boundary), action), patience_s=PATIENCE_S,
               unresolved_allowed=peer != "gateway" and action == "down")


async def seeds(lanes, options):
    boundaries = (await lanes.counted(f"{NAME}/count")).boundaries
    places = [f"{peer}.{number}" for peer in PEERS for number in range(1, len(boundaries[peer]) + 1)]
    # The long waits first: the others pass meanwhile.
    waits = [f"{NAME}/{place}:{action}" for action in WAITED_FOR for place in places]
    quick = [f"{NAME}/{place}:{action}" for place in places for action in ACTIONS if action not in WAITED_FOR]
    if options.quick:
        waits, quick = spread(waits, QUICK_WAITS), spread(quick, QUICK)
    return len(places), waits + quick
