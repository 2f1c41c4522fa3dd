"""What stands in the kiosk's cabinet: card, payment terminal and printer, emulated or somebody else's."""

import json
import os

from processes import output_of


class Card:
    """The emulated My Number card on the virtual reader of the demo's own pcscd (tools/emulators/card/with-pcscd)."""

    def __init__(self, bin_dir, out, options):
        self._dir = out / "card"
        self.ca = self._dir / "ca.pem"
        self._command = [bin_dir / "emulator-card", "--state", self._dir, "--holder", self._dir / "holder.json",
                         "--pin", options.pin]
        self._tries = [] if options.fault is None or options.fault.tries is None else ["--tries", options.fault.tries]
        self.program = None

    async def make(self, holder):
        """Makes the card with its keys and gives the SHA-256 of its authentication certificate, in hex."""
        self._dir.mkdir(parents=True)
        sex = {"male": 1, "female": 2}.get(holder["sex"], 9)
        (self._dir / "holder.json").write_text(json.dumps(
            {"name": holder["name"], "address": holder["address"], "birth": holder["birth"].replace("-", ""),
             "sex": sex, "subject": ""}, ensure_ascii=False), "utf-8")
        return (await output_of(*self._command, "--ca-out", self.ca, "--print-auth-sha256")).strip()

    async def start(self, cast):
        self.program = await cast.start(
            "card", [*self._command, *self._tries, "--vpcd", f"127.0.0.1:{os.environ['VPCD_PORT']}"])
        await self.program.line("ready")


class Terminal:
    def __init__(self, bin_dir, arguments=()):
        self._command = [bin_dir / "emulator-terminal", "--port", "0", *arguments]
        self.program = None
        self.url = None

    async def start(self, cast):
        self.program = await cast.start("terminal", self._command)
        self.url = (await self.program.line(r"ready (https?://\S+)"))[1]

    async def ledger(self):
        """What the terminal itself knows of money: charged_yen, reversed_yen, net_yen and the entries."""
        return json.loads((await self.program.ask("ledger", r"\{.*"))[0])


class Printer:
    def __init__(self, bin_dir, out):
        self._program_path = bin_dir / "emulator-printer"
        self.tray = out / "printer-tray"
        self.program = None
        self.uri = None

    async def start(self, cast):
        self.tray.mkdir(parents=True)
        self.program = await cast.start("printer", [self._program_path, "--port", "0", "--tray", self.tray])
        self.uri = (await self.program.line(r"ready (ipp://\S+)"))[1]

    def accepted(self):
        """The documents that it took."""
        return [path.read_bytes() for path in sorted(self.tray.glob("*.pdf"))]
