"""City, card, terminal and printer of the demo, running beside a virtual kiosk: an event loop in a thread of its own."""

import asyncio
import base64
import os
import pathlib
import re
import socket
import sys
import threading
import tomllib
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/demo.d"))

import cabinet                                     # noqa: E402
import kiosk as kiosk_of_demo                      # noqa: E402
from card_wire import CardWire                     # noqa: E402
from city import KIOSK_ID, City                    # noqa: E402
from hands import Hands                            # noqa: E402
from processes import Cast, output_of            # noqa: E402

# What a virtual machine calls the machine that it runs on.
HOST = "10.0.2.2"
PIN = "1234"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _CardOptions:
    pin = PIN
    fault = None


class CityRig:
    def __init__(self, bin_dir, out, residents=None, as_board=True):
        """`as_board`: printer and terminal are where a kiosk that sets itself up finds them; one city at a time can be there."""
        self.out = out
        self._bin = bin_dir
        self.card_wire = CardWire()
        os.environ["VPCD_PORT"] = str(self.card_wire.port)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._cast = Cast(out / "logs")
        self.city = City(ROOT, bin_dir, out)
        self.card = cabinet.CardBehindPcscd(bin_dir, out, _CardOptions())
        self.terminal = cabinet.Terminal(bin_dir, out)
        # A kiosk that sets itself up knows its printer and terminal from its board.toml, and no key of theirs.
        board = tomllib.loads((ROOT / "boards/qemu-x86_64/board.toml").read_text("utf-8"))
        def place(address):
            return urllib.parse.urlsplit(address).port if as_board else _free_port()
        self.printer = cabinet.Printer(bin_dir, out, place(board["printer"]["uri"]))
        self.boards_terminal = cabinet.Terminal(bin_dir, out, port=place(board["terminal"]["url"]), keyed=False)
        self._paid_at = self.terminal
        self._residents = residents
        self._hands = None

    def wait(self, work, seconds=120):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def start(self, updates=()):
        """`updates`: [(kiosk, bundle, version)] that the gateway has for kiosks."""
        self.wait(self._start(updates))

    async def _start(self, updates):
        self.city.read_people(self._residents)
        self.city.choose_person(first=self._residents is not None, fault=None)
        await self.city.make_keys()
        self.city.write_people(await self.card.make(self.city.person))
        await self.card.start(self._cast)
        await self.terminal.start(self._cast)
        await self.boards_terminal.start(self._cast)
        await self.printer.start(self._cast)
        self.city.listen = f"127.0.0.1:{_free_port()}"
        await self.city.open_gateway(self._cast, self.card.ca, [*self._enrolment(), *self._updates(updates)])
        self.pay_at(self.terminal)

    def pay_at(self, terminal):
        """Where residents tap from now on, and whose ledger counts."""
        self._paid_at = terminal
        self._hands = Hands({"card": self.card.program, "terminal": terminal.program, "printer": self.printer.program})

    def _enrolment(self):
        """Options of a gateway that enrols kiosks, and is for them where they see this machine."""
        pki = self.city.pki
        return ["--kiosk-ca-key", pki / "kiosk-ca.key", "--gateway-ca", pki / "gateway-ca.pem", "--enrol-listen",
                "127.0.0.1:0", "--kiosk-url", f"https://{HOST}:{self.city.listen.rpartition(':')[2]}"]

    def _updates(self, updates):
        if not updates:
            return []
        folder = self.out / "updates"
        folder.mkdir()
        lines = []
        for kiosk, bundle, version in updates:
            (folder / bundle.name).hardlink_to(bundle)
            lines.append(f'[[update]]\nfile = "{bundle.name}"\nversion = "{version}"\nkiosks = ["{kiosk}"]\n')
        (folder / "updates.toml").write_text("\n".join(lines), "ascii")
        return ["--updates", folder / "updates.toml"]

    def ticket(self, kiosk, site):
        """What the QR code of a new kiosk's one-time code holds."""
        url = f"https://{HOST}:{self.city.enrol.rpartition(':')[2]}"
        said = self.wait(output_of(self._bin / "gateway", "enrol-code", "--site", site, "--kiosk", kiosk, "--enrol-url", url,
                                   *self.city.options))
        return re.search(r"^qr +(.*)$", said, re.MULTILINE)[1]

    def enrolment(self, kiosk, site):
        """The same for tools/flash --provision."""
        _, url, pin, code, *_ = self.ticket(kiosk, site).split()
        return {"id": kiosk, "site": site, "enrol_code": code, "gateway": url,
                "gateway_ca_sha256": base64.b64decode(pin).hex(), "language": "ja"}

    def hand(self, words):
        """A request of the demo's scenario: "card insert", "terminal pay"."""
        return self.wait(self._hands.do(words))

    def ledger(self):
        return self.wait(self._paid_at.ledger())

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
        found |= {("keys", "socket"): "/run/madoguchi/keys/socket", ("keys", "dir"): "/data/kiosk-keys",
                  ("keys", "link_user"): "kiosk-link", ("keys", "kioskd_user"): "kioskd",
                  ("update", "enabled"): True, ("update", "window"): "00:00-24:00",
                  ("update", "stick_dir"): "/run/madoguchi/stick"}
        return found

    def close(self):
        self.wait(self._cast.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.card_wire.close()
