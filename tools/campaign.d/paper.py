"""paper: the paper jams or runs out, the cover is opened, or the power goes, at each sheet of a job.

    paper/SHEET:TROUBLE:ENDING      TROUBLE and ENDING as in trouble.py
"""

from orders import Run, WrongSeed
from trouble import ENDINGS, TROUBLES

NAME = "paper"
SHEETS = 3
SHEET_S = 0.3
# The kiosk waits half a minute for a printer that does not answer at all.
PATIENCE_S = 120
SLOW = ("die", "stays")


def run_of(seed, rest):
    if rest[0] == "count":
        return Run(seed, copies=SHEETS, page_s=SHEET_S)
    page, trouble, ending = rest[0].split(":")
    if trouble not in TROUBLES or ending not in ENDINGS or not 1 <= int(page) <= SHEETS:
        raise WrongSeed(f"paper/1-{SHEETS}:{'|'.join(TROUBLES)}:{'|'.join(ENDINGS)} is wanted")
    return Run(seed, copies=SHEETS, page_s=SHEET_S, trouble=(int(page), trouble, ending), patience_s=PATIENCE_S)


async def seeds(lanes, options):
    points = [(page, trouble, ending) for page in range(1, SHEETS + 1) for trouble in TROUBLES for ending in ENDINGS
              if (trouble, ending) != ("kiosk", "cleared")]
    # The long waits first: the others pass meanwhile.
    chosen = sorted(points, key=lambda point: point[1:] != SLOW)
    if options.quick:
        chosen = [point for point in chosen if point[1:] != SLOW or point[0] == SHEETS]
    return len(points), [f"{NAME}/{page}:{trouble}:{ending}" for page, trouble, ending in chosen]
