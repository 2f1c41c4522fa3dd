"""What goes wrong at the printer while a sheet is on its way through it."""

import asyncio

# What a person or a fuse does to the printer, and what ends it. The last two are fuses of the kiosk: its computer
# alone, and the whole cabinet; they come back with the next start.
TROUBLES = {"jam": "clear", "empty": "clear", "cover": "clear", "die": "back", "kiosk": None, "cabinet": "back"}
# "cleared": soon enough for the kiosk's patience; "stays": until the kiosk has started again.
ENDINGS = ("cleared", "stays")
CLEARED_AFTER_S = 0.4
KILLS_KIOSK = ("kiosk", "cabinet")


async def make(printer, kioskd, page, trouble, ending):
    """Strikes when the printer takes the sheet."""
    await printer.line(rf"job \d+ page {page}$", timeout=None, since=len(printer.lines))
    if trouble in KILLS_KIOSK:
        kioskd.kill()
    if trouble != "kiosk":
        await printer.say("die" if trouble == "cabinet" else trouble)
    if ending == "cleared" and TROUBLES[trouble]:
        await asyncio.sleep(CLEARED_AFTER_S)
        await printer.say(TROUBLES[trouble])
