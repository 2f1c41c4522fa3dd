"""What stands around the kiosk for all runs of a lane: the city's gateway, card, terminal and printer, each with its
own ledger, and a relay on each wire. Only the kiosk's own processes begin anew with every run."""

import asyncio
import itertools
import types

import scenario
from cabinet import CardBehindPcscd, Printer, Terminal
from city import City
from ledgers import Ledgers
from orders import BRANDS
from processes import Cast, together
from wire_relay import WireRelay

PIN = "1234"
READER_NOTICES_S = 1    # pcscd asks the virtual reader a few times in a second whether a card is there
RETOUCH_LIMIT_S = 1     # how long the terminal waits for the second touch after an interrupted one
# The gateway lets a kiosk make five requests a second. A run is quicker, so several kiosks take turns.
KIOSKS = [f"kiosk-{number:03}" for number in range(1, 7)]


class OtherCard(CardBehindPcscd):
    """Of another resident; its certificates are of the same authority."""

    def __init__(self, bin_dir, out, person, authority):
        super().__init__(bin_dir, out, person)
        self._which += ["--ca", authority.ca.parent]


def lies_on_reader(card):
    return next((line for line in reversed(card.program.lines) if line in ("inserted", "removed")), "") == "inserted"


async def tap(terminal, brand):
    await terminal.say(f"tap {brand}")


class House:
    def __init__(self, root, bin_dir, out):
        self.bin = bin_dir
        self.out = out
        self._cast = Cast(out / "logs")
        self.city = City(root, bin_dir, out)
        person = types.SimpleNamespace(pin=PIN, fault=None)
        self.card = CardBehindPcscd(bin_dir, out, person)
        self.other_card = OtherCard(bin_dir, out / "other", person, authority=self.card)
        self._terminal_file = out / "terminal-ledger.jsonl"
        self.terminal = Terminal(bin_dir, out, ["--ledger", self._terminal_file,
                                                 "--retouch-limit", RETOUCH_LIMIT_S])
        self.printer = Printer(bin_dir, out)
        self.relays = {}
        self.ledgers = None
        self.brand = BRANDS[0]      # what the resident pays with
        self.touch = tap            # how; taps.py knows other ways
        self._tapping = None
        self._turns = itertools.cycle(KIOSKS)

    async def open(self):
        await together(self._open_city(), self.terminal.start(self._cast), self.printer.start(self._cast))
        for peer, url in (("gateway", self.city.url), ("terminal", self.terminal.url), ("printer", self.printer.uri)):
            self.relays[peer] = WireRelay(url)
            await self.relays[peer].open()
        self.ledgers = Ledgers(self._terminal_file, self.printer.program, self.printer.uri,
                               self.city.dir / "gateway.sqlite", self.bin / "kioskctl")
        await self.put_on_reader(self.card)
        self._tapping = asyncio.create_task(self._tap())

    async def _tap(self):
        """Holds a card to the terminal whenever it waits for one: also when the kiosk has died meanwhile."""
        terminal, read = self.terminal.program, 0
        while True:
            waiting = await terminal.line(r"payment \S+ waiting", timeout=None, since=read)
            read = terminal.lines.index(waiting.string, read) + 1
            await self.touch(terminal, self.brand)

    async def _open_city(self):
        city = self.city
        city.read_people(None)
        city.choose_person(first=False, fault=None)
        _, card_hash = await together(city.make_keys(KIOSKS), self.card.make(city.person))
        # Of the same household: as near to the first one's papers as another card can come.
        other = next(one for one in city.people if one is not city.person and one["birth"] < "2005"
                     and one.get("household") == city.person["household"])
        other["auth_certificate_sha256"] = await self.other_card.make(other)
        city.write_people(card_hash)
        await together(self.card.start(self._cast), self.other_card.start(self._cast),
                       city.open_gateway(self._cast, self.card.ca))

    def next_kiosk(self):
        return next(self._turns)

    def address(self, peer, relayed):
        own = {"gateway": self.city.url, "terminal": self.terminal.url, "printer": self.printer.uri}
        return self.relays[peer].url if relayed else own[peer]

    def audit_key(self, kiosk_id):
        return self.city.pki / f"audit/{kiosk_id}.pem"

    def programs(self):
        return {"card": self.card.program, "terminal": self.terminal.program, "printer": self.printer.program}

    async def put_on_reader(self, wanted):
        """This card and no other; None: no card at all."""
        for card in (self.card, self.other_card):
            if card is not wanted and lies_on_reader(card):
                await card.program.ask("remove", "removed")
                await asyncio.sleep(READER_NOTICES_S)
        if wanted and not lies_on_reader(wanted):
            await wanted.program.ask("insert", "inserted")

    async def mend(self):
        """Whatever a run has broken works again."""
        for relay in self.relays.values():
            await relay.mend()
        for words in ("clear", "back", "slow 0"):
            await self.printer.program.ask(words, "clear|back|page takes")
        self.touch = tap
        await self.terminal.program.ask("mode approve", "mode")
        # The card lies on the reader when a visit begins: pcscd takes its time to see one come.
        await self.put_on_reader(self.card)

    async def close(self):
        if self._tapping:
            self._tapping.cancel()
        for relay in self.relays.values():
            await relay.close()
        await self._cast.end()


ONLOOKER = {"*": "-"}


def resident(copies):
    """What the resident does on which screen, with the card on the reader while somebody else (_tap) pays."""
    plus = "press copies.more" if copies > 1 else ""
    options = " | ".join([plus] * (copies - 1) + ["press next"])
    return scenario.base("ja", PIN, own_card=False, own_terminal=False, own_printer=False) | {
        "welcome": "-",
        "options": options,
        "take": "do card remove | press taken",
        "take_up": "-",
        "satisfaction": "press rate.5",
        "remove_card": "-",
        "still_there": "press more_time",
    }


def residents():
    """One resident after another, whose fault is made before the visit; the card comes and goes with each."""
    return resident(1) | {
        "welcome": "do visit begin, press service.certificate",
        "place_card": "do card insert",
        "error.*": "do visit clear, press end",
        "remove_card": "do card remove",
    }
