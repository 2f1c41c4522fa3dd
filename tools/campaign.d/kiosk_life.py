"""One life of the kiosk: from the start of its processes until the power goes or the visit is over."""

import asyncio
import os
import socket

import scenario
from hands import Hands
from house import ONLOOKER
from kiosk import closed_now, toml, wiring
from processes import Cast, ProgramFailed

PRELOADED = "campaign-faults.so"


class Life:
    """`folder` holds kiosk.toml and the state that a life leaves to the next."""

    def __init__(self, house, folder, name, kiosk_id, counted=True):
        self._house = house
        self._folder = folder
        self._name = name
        self._kiosk_id = kiosk_id
        self._cast = Cast(folder / name)
        self.trace = folder / f"{name}.trace"
        self.kioskd = self.link = self.resident = None
        self.hands = Hands(house.programs())
        self._counted = counted     # kioskd is loaded with what counts its points

    @property
    def journal(self):
        return self._folder / "state/journal.sqlite"

    async def begin(self, rows, settings=None, relayed=(), order=None, random=0, clock_rate=1):
        """`clock_rate`: how many seconds pass by kioskd's clock in one second."""
        config = self._configure(settings or {}, relayed)
        table = self._folder / f"{self._name}.scenario"
        table.write_text(scenario.table(rows, {}, ""), "utf-8")
        core_ui, ui = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        core_link, link = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        bin_dir = self._house.bin
        with core_ui, ui, core_link, link:
            environment = self._environment(core_ui.fileno(), core_link.fileno(), relayed, order, random)
            if clock_rate != 1:
                environment["MADOGUCHI_CLOCK_RATE"] = str(clock_rate)
            starts = (
                self._cast.start("kiosk-link", [bin_dir / "kiosk-link", "--config", config, "--fd", link.fileno()],
                                 pass_fds=[link.fileno()]),
                self._cast.start("resident", [bin_dir / "emulator-resident", "--fd", ui.fileno(), "--scenario", table,
                                              "--again", "welcome", "--patience", 600],
                                 pass_fds=[ui.fileno()]),
                self._cast.start("kioskd", [bin_dir / "kioskd", "--config", config, "--ui-fd", core_ui.fileno(),
                                            "--link-fd", core_link.fileno()],
                                 pass_fds=[core_ui.fileno(), core_link.fileno()], env=environment))
            self.link, self.resident, self.kioskd = await asyncio.gather(*starts)

    def _configure(self, settings, relayed):
        house = self._house
        addresses = {peer: house.address(peer, peer in relayed) for peer in ("gateway", "terminal", "printer")}
        values = wiring(house.city, self._kiosk_id, addresses["terminal"], house.terminal.key,
                        addresses["printer"]) | {
            ("link", "url"): addresses["gateway"],
            ("terminal", "patience_s"): 10,
            ("terminal", "not_found_settles_ms"): 500,
            ("printer", "patience_s"): 1,
            ("visit", "ending_shown_s"): 5,
            # The books are compared as soon as the kiosk receives again: nobody comes back for owed paper.
            ("visit", "reprint_minutes"): 0,
        } | settings
        config = self._folder / "kiosk.toml"
        config.write_text(toml(values), "utf-8")
        return config

    def _environment(self, ui, link, relayed, order, random):
        if not self._counted:
            return None

        def port(peer):
            return self._house.address(peer, peer in relayed).split(":")[2].split("/")[0]
        environment = os.environ | {
            "LD_PRELOAD": str(self._house.bin / PRELOADED),
            "MADOGUCHI_TRACE": str(self.trace),
            "MADOGUCHI_PEERS": f"ui=#{ui} link=#{link} terminal=:{port('terminal')} printer=:{port('printer')}"}
        if order:
            environment["MADOGUCHI_FAULT"] = order.environment(random)
        return environment

    async def until(self, name, awaited, patience_s):
        """What came first: `name` for the awaited, "died" (kioskd), "halted" (the resident cannot go on), "hung"."""
        tasks = {asyncio.create_task(self._if_it_lives(awaited)): name,
                 asyncio.create_task(self.kioskd.wait()): "died",
                 asyncio.create_task(self._lend_hands()): "halted"}
        try:
            done, _ = await asyncio.wait(tasks, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            return tasks[done.pop()] if done else "hung"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _if_it_lives(self, awaited):
        """Words that somebody waits for never come once the kiosk is dead: that is told by its death."""
        try:
            await awaited
        except ProgramFailed:
            await asyncio.Event().wait()

    async def _lend_hands(self):
        """Does what the resident asks for; ends when the resident does not know how to go on."""
        read = 0
        while True:
            try:
                match = await self.resident.line(r"(do|fail) (.*)", timeout=None, since=read)
            except ProgramFailed:
                await asyncio.Event().wait()    # the resident goes with the kiosk
            read = self.resident.lines.index(match.string, read) + 1
            if match[1] == "fail":
                return
            await self.hands.do(match[2])
            await self.resident.say("done")

    async def end(self):
        """Switched off in order, as far as it still lives."""
        await self._cast.end()

    def points(self):
        """What it did, as [(class, number, detail)]."""
        if not self.trace.exists():
            return []
        lines = (line.split(" ", 2) for line in self.trace.read_text("utf-8").splitlines())
        return [(parts[0], int(parts[1]), parts[2] if len(parts) > 2 else "") for parts in lines]


async def recover(house, folder, name, kiosk_id, settings=None, order=None, random=0, patience_s=90):
    """The kiosk starts again, at night so that no visit begins. Gives the life, ended, and how its recovery ended:
    "recovered", "died" or "hung"."""
    life = Life(house, folder, name, kiosk_id)
    try:
        await life.begin(ONLOOKER, (settings or {}) | {("kiosk", "service_hours"): closed_now()}, order=order,
                         random=random)
        return life, await life.until("recovered", life.resident.line("see closed", timeout=None), patience_s)
    finally:
        await life.end()
