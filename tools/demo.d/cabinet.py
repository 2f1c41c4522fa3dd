"""What stands in the kiosk's cabinet: card, payment terminal and printers, emulated or somebody else's."""

import json
import os
import secrets

from processes import output_of


class Card:
    """The emulated My Number card, without a reader to lie on."""

    most_apdus = None       # that a visit may send to it through this reader

    def __init__(self, bin_dir, out, options):
        self._bin = bin_dir
        self._dir = out / "card"
        self.ca = self._dir / "ca.pem"
        self._which = ["--state", self._dir, "--holder", self._dir / "holder.json", "--pin", options.pin]
        self._tries = [] if options.fault is None or options.fault.tries is None else ["--tries", options.fault.tries]
        self.program = None     # takes insert and remove

    async def make(self, holder):
        """Makes the card with its keys and gives the SHA-256 of its authentication certificate, in hex."""
        self._dir.mkdir(parents=True)
        sex = {"male": 1, "female": 2}.get(holder["sex"], 9)
        (self._dir / "holder.json").write_text(json.dumps(
            {"name": holder["name"], "address": holder["address"], "birth": holder["birth"].replace("-", ""),
             "sex": sex, "subject": ""}, ensure_ascii=False), "utf-8")
        making = output_of(self._bin / "emulator-card", *self._which, "--ca-out", self.ca, "--print-auth-sha256")
        return (await making).strip()

    async def _start(self, cast, emulator, *reader):
        self.program = await cast.start("card", [self._bin / emulator, *self._which, *self._tries, *reader])
        await self.program.line("ready")

    async def start(self, cast):
        """Starts the reader. The card is not on it."""
        raise NotImplementedError

    def settings(self):
        """How the kiosk finds the reader, once that is started: (table, key) -> value of kiosk.toml."""
        raise NotImplementedError


class CardBehindPcscd(Card):
    """On the virtual reader of the demo's own pcscd (tools/emulators/card/with-pcscd)."""

    most_apdus = 8

    async def start(self, cast):
        await self._start(cast, "emulator-card", "--vpcd", f"127.0.0.1:{os.environ['VPCD_PORT']}")

    def settings(self):
        return {("card", "reader"): "pcsc"}


class CardOnNfcReader(Card):
    """On a PN532 at a pseudo-terminal, which carries no extended APDUs."""

    most_apdus = 12

    async def start(self, cast):
        await self._start(cast, "emulator-pn532", "--pty", self._dir / "pn532")

    def settings(self):
        # The terminal itself: the link's path may hold a colon, which ends a path for libnfc.
        return {("card", "reader"): "nfc",
                ("card", "nfc_connstring"): f"pn532_uart:{os.path.realpath(self._dir / 'pn532')}:115200"}


class Terminal:
    def __init__(self, bin_dir, out, arguments=(), port=0, keyed=True):
        """`keyed`: its messages are protected with a key that the kiosk has, too."""
        self.key = out / "terminal.key" if keyed else None
        self._command = [bin_dir / "emulator-terminal", "--port", str(port), *(["--key", self.key] if keyed else []), *arguments]
        self.program = None
        self.url = None

    def _make_key(self):
        """What kiosk and terminal share for nexo's local security; good for this demo only."""
        with open(os.open(self.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"identifier: demo\nversion: 1\npassphrase: {secrets.token_urlsafe(24)}\n")

    async def start(self, cast):
        if self.key:
            self._make_key()
        self.program = await cast.start("terminal" if self.key else "terminal-without-key", self._command)
        self.url = (await self.program.line(r"ready (https?://\S+)"))[1]

    async def ledger(self):
        """What the terminal itself knows of money: charged_yen, reversed_yen, net_yen and the entries."""
        return json.loads((await self.program.ask("ledger", r"\{.*"))[0])


# What the kiosk calls the jobs of such pages (firmware/visit/lesson_sheet.h).
LESSON_SHEET = "lesson-sheet"


class Printer:
    def __init__(self, bin_dir, out, port=0):
        self._port = port
        self._program_path = bin_dir / "emulator-printer"
        self.tray = out / "printer-tray"
        self.spool = out / "printer-spool"
        self.program = None
        self.uri = None

    async def start(self, cast):
        self.tray.mkdir(parents=True)
        self.spool.mkdir()
        self.program = await cast.start("printer", [
            self._program_path, "--port", str(self._port), "--tray", self.tray, "--spool", self.spool])
        self.uri = (await self.program.line(r"ready (ipp://\S+)"))[1]

    def accepted(self):
        """The documents that it took, and that somebody pays for."""
        return [path.read_bytes() for path in sorted(self.tray.glob("*.pdf")) if LESSON_SHEET not in path.name]

    def lesson_sheets(self):
        """Files of the pages to take home after a lesson, which cost nothing."""
        return sorted(self.tray.glob(f"*-{LESSON_SHEET}-*.pdf"))


class ReceiptPrinter:
    """A USB device of umockdev: kioskd sees it through the real libusb when it runs in this environment."""

    def __init__(self, bin_dir, out):
        self._program_path = bin_dir / "emulator-receipt-printer"
        self.tray = out / "slips"
        self.program = None
        self.environment = None

    async def start(self, cast):
        self.program = await cast.start("receipt-printer", [self._program_path, "--tray", self.tray])
        directory = (await self.program.line(r"ready (/\S+)"))[1]
        self.environment = {"LD_PRELOAD": "libumockdev-preload.so.0", "UMOCKDEV_DIR": directory}

    async def forget_host(self):
        """The bus is taken down with its host. umockdev would keep the transfer of a host that was killed, and end the
        next host with it."""
        for words in ("unplug", "plug"):
            await self.program.ask(words, f"ok {words}")

    def slips(self):
        """PNG files of the slips that were cut."""
        return sorted(self.tray.glob("*.png"))
