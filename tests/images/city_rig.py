"""City, card, terminal and printer of the demo, running beside a virtual kiosk: an event loop in a thread of its own."""

import asyncio
import os
import pathlib
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/demo.d"))

import cabinet                                     # noqa: E402
import kiosk as kiosk_of_demo                      # noqa: E402
from card_wire import CardWire                     # noqa: E402
from city import KIOSK_ID, City                    # noqa: E402
from hands import Hands                            # noqa: E402
from processes import Cast                         # noqa: E402

# What a virtual machine calls the machine that it runs on.
HOST = "10.0.2.2"
PIN = "1234"


class _CardOptions:
    pin = PIN
    fault = None


class CityRig:
    def __init__(self, bin_dir, out, residents=None):
        self.out = out
        self.card_wire = CardWire()
        os.environ["VPCD_PORT"] = str(self.card_wire.port)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._cast = Cast(out / "logs")
        self.city = City(ROOT, bin_dir, out)
        self.card = cabinet.CardBehindPcscd(bin_dir, out, _CardOptions())
        self.terminal = cabinet.Terminal(bin_dir, out)
        self.printer = cabinet.Printer(bin_dir, out)
        self._residents = residents
        self._hands = None

    def wait(self, work, seconds=120):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def start(self, gateway_options=()):
        self.wait(self._start(gateway_options))

    async def _start(self, gateway_options):
        self.city.read_people(self._residents)
        self.city.choose_person(first=self._residents is not None, fault=None)
        await self.city.make_keys()
        self.city.write_people(await self.card.make(self.city.person))
        await self.card.start(self._cast)
        await self.terminal.start(self._cast)
        await self.printer.start(self._cast)
        await self.city.open_gateway(self._cast, self.card.ca, gateway_options)
        self._hands = Hands({"card": self.card.program, "terminal": self.terminal.program,
                             "printer": self.printer.program})

    def hand(self, words):
        """A request of the demo's scenario: "card insert", "terminal pay"."""
        return self.wait(self._hands.do(words))

    def ledger(self):
        return self.wait(self.terminal.ledger())

    def settings(self):
        """kiosk.toml of the virtual kiosk: where the rig's devices are as it sees them."""
        def seen(url):
            return url.replace("127.0.0.1", HOST).replace("localhost", HOST)
        found = kiosk_of_demo.wiring(self.city, KIOSK_ID, seen(self.terminal.url), self.terminal.key, seen(self.printer.uri))
        found[("link", "url")] = seen(found[("link", "url")])
        found[("link", "pins")] = (self.city.pki / "gateway.pins").read_text("utf-8").split()
        found[("link", "crl")] = str(self.city.pki / "gateway-ca.crl")
        found[("kiosk", "state_dir")] = "/data/kioskd"
        found[("link", "state_dir")] = "/data/kiosk-link"
        found[("queue", "enabled")] = True
        found[("kiosk", "lessons_dir")] = "/usr/share/madoguchi/lessons"
        found[("kiosk", "lessons_url")] = self.city.lessons_url
        # QEMU's reader carries answers of 256 bytes, whatever it promises.
        found[("card", "extended_apdus")] = "no"
        return found

    def close(self):
        self.wait(self._cast.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.card_wire.close()
