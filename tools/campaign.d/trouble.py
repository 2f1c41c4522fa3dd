"""What goes wrong at the printer while a sheet is on its way through it."""

import asyncio

# What a person or a fuse does to the printer, and what ends it.
TROUBLES = {"jam": "clear", "empty": "clear", "cover": "clear", "die": "back"}
# "cleared": soon enough for the kiosk's patience; "stays": until the kiosk has started again.
ENDINGS = ("cleared", "stays")
CLEARED_AFTER_S = 0.4


async def make(printer, page, trouble, ending):
    """Strikes when the printer takes the sheet."""
    since = len(printer.lines)
    await printer.line(rf"job \d+ page {page}$", timeout=None, since=since)
    await printer.say(trouble)
    if ending == "cleared":
        await asyncio.sleep(CLEARED_AFTER_S)
        await printer.say(TROUBLES[trouble])
