"""The demo with a person in front of the window: what cannot be done in the window is typed in the terminal."""

import asyncio
import sys

from processes import ProgramFailed

HELP = """\
The kiosk's window is open. What is not on its screen you do here:
  card     put the card on the reader, or take it away (its PIN: {pin})
  tap      hold a payment card or telephone to the terminal
  take     take the paper out of the printer
  jam, empty, cover, clear    trouble with the printer, and its end
  quit     (or close the window)"""

COMMANDS = {"tap": "terminal tap", "take": "printer take", "jam": "printer jam", "empty": "printer empty",
            "cover": "printer cover", "clear": "printer clear"}


class Console:
    def __init__(self, kiosk, hands, after_visit, pin, more_help="", more=None):
        """`more`: further commands, word -> a coroutine function that gives what to print; `more_help` tells them."""
        self._kiosk = kiosk
        self._hands = hands
        self._after_visit = after_visit
        self._help = HELP.format(pin=pin) + more_help
        self._more = more or {}
        self._card_is_there = False
        self._code = 1      # of the visit before this moment

    async def run(self):
        """Until the window is closed or somebody has enough. The exit code of the last visit."""
        print(self._help, flush=True)
        tasks = [asyncio.create_task(work) for work in
                 (self._kiosk.ui.wait(), self._obey(), self._follow_visits(), self._kiosk.kioskd.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
        return self._code

    async def _obey(self):
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            word = line.decode("utf-8", "replace").strip()
            if word in ("quit", "exit", "q"):
                return
            try:
                await self._do(word)
            except ProgramFailed as failure:
                print(failure, flush=True)
        # No terminal to type in: the window alone decides.
        await asyncio.Event().wait()

    async def _do(self, word):
        if word == "card":
            await self._hands.do("card remove" if self._card_is_there else "card insert")
            self._card_is_there = not self._card_is_there
            print("the card lies on the reader" if self._card_is_there else "the card is taken away", flush=True)
        elif word in COMMANDS:
            print(await self._hands.do(COMMANDS[word]), flush=True)
        elif word in self._more:
            print(await self._more[word](), flush=True)
        elif word:
            print(self._help, flush=True)

    async def _follow_visits(self):
        kioskd = self._kiosk.kioskd
        seen = 0
        while True:
            event = await kioskd.event("visit_ended", timeout=None, since=seen)
            seen = kioskd.events.index(event, seen) + 1
            self._code = await self._after_visit(await self._kiosk.read_report())
