"""One run of the demo, from the city's keys to the summary table."""

import asyncio
import json

import checks
import day_end
import power_cut
import report
import scenario
from cabinet import CardBehindPcscd, CardOnNfcReader, Printer, ReceiptPrinter, Terminal
from city import City
from console import Console
from hands import Hands
from kiosk import Kiosk, virtual_display
from paper_relay import PaperRelay
from processes import Cast, ProgramFailed, together

# Longer than anything that the kiosk itself waits for in a visit that goes well; with a foreign card or terminal
# there is a person to wait for.
RESIDENT_PATIENCE_S = 60
OWNERS_PATIENCE_S = 180


class Demonstration:
    def __init__(self, root, bin_dir, options):
        self._options = options
        self._fault = options.fault
        self._bin = bin_dir
        self._out = options.out
        self._cast = Cast(options.out / "logs")
        self._city = City(root, bin_dir, options.out)
        self._kiosk = Kiosk(bin_dir, options.out)
        reader = {"pcsc": CardBehindPcscd, "nfc": CardOnNfcReader}[options.reader]
        self._card = reader(bin_dir, options.out, options) if options.own_card else None
        self._terminal = Terminal(bin_dir, options.out) if options.terminal is None else None
        self._printer = Printer(bin_dir, options.out) if options.printer is None else None
        self._receipt_printer = ReceiptPrinter(bin_dir, options.out)
        # Reads along what goes to a printer whose tray nobody can look into.
        self._relay = PaperRelay(options.printer) if options.printer and options.printer.startswith("ipp:") else None
        self._told = checks.Witnessed(ledger={"entries": []}, documents=[], card_lines=[], slips=[])
        self._display = None    # ":N" of the demo's own X server; None: the person's display

    async def play(self):
        """The exit code."""
        try:
            await self._prepare()
            await self._start_kiosk()
            if self._options.auto:
                return await self._play_by_itself()
            return await self._play_with_person().run()
        finally:
            await self._cast.end()
            if self._relay:
                await self._relay.end()

    async def _prepare(self):
        """Everything but the kiosk, as far as possible at the same time."""
        starts = [self._open_city(), self._receipt_printer.start(self._cast)]
        if self._terminal:
            starts.append(self._terminal.start(self._cast))
        if self._printer:
            starts.append(self._printer.start(self._cast))
        if self._relay:
            starts.append(self._relay.start())
        if self._options.auto:
            starts.append(self._open_display())
        await together(*starts)

    async def _open_display(self):
        self._display = await virtual_display(self._cast)

    async def _open_city(self):
        options, city = self._options, self._city
        city.read_people(options.residents)
        if self._card:
            city.choose_person(first=options.residents is not None, fault=self._fault)
            _, card_hash = await together(city.make_keys(), self._card.make(city.person))
            city.write_people(card_hash)
            await together(self._card.start(self._cast), self._open_gateway(self._card.ca))
        else:
            city.write_people()
            await city.make_keys()
            await self._open_gateway(options.card_ca)

    async def _open_gateway(self, card_ca):
        await self._city.open_gateway(self._cast, card_ca)

    async def _start_kiosk(self):
        self._kiosk.configure(
            self._city,
            terminal_url=self._terminal.url if self._terminal else self._options.terminal,
            terminal_key=self._terminal.key if self._terminal else self._options.terminal_key,
            printer_uri=(self._printer or self._relay).uri if self._printer or self._relay else self._options.printer,
            windowed=not self._options.auto,
            changes=self._kiosk_changes())
        await self._kiosk.start(self._cast, self._display, self._receipt_printer.environment)

    def _kiosk_changes(self):
        """Settings beside those of any demo."""
        changes = self._card.settings() if self._card else {}
        changes |= self._fault.settings if self._fault else {}
        if self._options.auto and self._card is None:
            # Nobody may be there to take a foreign card off the reader: the kiosk shall not remind for long.
            changes["visit", "patience_s"] = 30
        return changes

    def _play_with_person(self):
        return Console(self._kiosk, self._hands(), self._after_visit, self._options.pin)

    def _hands(self):
        programs = {"gateway": self._city.gateway, "receipt": self._receipt_printer.program}
        for name in ("card", "terminal", "printer"):
            device = getattr(self, f"_{name}")
            programs[name] = device.program if device else None
        return Hands(programs)

    async def _play_by_itself(self):
        resident = await self._start_resident()
        if self._options.kill:
            await self._cut_power(resident)
            return await self._after_power_cut()
        visit, *others = [asyncio.create_task(work) for work in
                          (self._wait_for_visit(resident), self._lend_hands(resident), self._cast.lost())]
        try:
            done, _ = await asyncio.wait([visit, *others], return_when=asyncio.FIRST_COMPLETED)
            # The others never come to an end but by failing.
            for task in [visit] if visit in done else done:
                found = task.result()
        finally:
            for task in (visit, *others):
                task.cancel()
        return await self._after_visit(found)

    async def _cut_power(self, resident):
        """Kills the kiosk at its moment. Card, terminal, printer and city go on, and so does the resident."""
        kill = self._options.kill
        kioskd = self._kiosk.kioskd

        async def moment():
            await power_cut.shown(kioskd, kill.screen or "welcome")
            await asyncio.sleep(kill.ms / 1000)

        tasks = [asyncio.create_task(work) for work in (moment(), self._lend_hands(resident), self._cast.lost())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._kiosk.kill()
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await resident.end()
        self._kiosk.report.unlink(missing_ok=True)

    async def _after_power_cut(self):
        """The kiosk starts again; what it says is held against what the others know. The exit code."""
        cut_open = power_cut.open_visits(power_cut.journal(self._kiosk.dir / "state"))
        await self._receipt_printer.forget_host()
        await self._kiosk.switch_on_after_cut(self._cast, self._display, self._receipt_printer.environment)
        table = scenario.after_power_cut(self._options.pin)
        resident = await self._start_resident(table, "resident-after")
        read = asyncio.Event()
        tasks = [asyncio.create_task(work) for work in
                 (self._read_aftermath(cut_open, read), self._lend_hands(resident, read), self._cast.lost())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in [tasks[0]] if tasks[0] in done else done:
                found, results = task.result()
        finally:
            for task in tasks:
                task.cancel()
        await self._kiosk.ui.end()
        (self._out / "visit.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(report.summary(found, results, await self._terminal.ledger(), self._out), flush=True)
        return 0 if all(check.passed is not False for check in results) else 1

    async def _ends(self):
        return power_cut.ends(await self._terminal.ledger(), self._printer.program.lines, self._city.database)

    async def _read_aftermath(self, cut_open, read):
        """(visit.json, checks). Paper that is kept is fetched with the same card."""
        records = await power_cut.recovered(self._kiosk, asyncio.sleep)
        end = await self._ends()
        told = end.became
        texts = await power_cut.welcome_texts(self._kiosk.layout, asyncio.sleep)
        yen = end.payments[0]["moved_yen"] if end.payments else 0
        results = power_cut.screen(texts, told, bool(cut_open), self._language(records), yen)
        results += await power_cut.slips(self._receipt_printer.slips(), records, end)
        found = {"outcome": told, "apdus": 0, "charged_yen": end.net_yen, "pages": 0, "steps": []}
        if told == "paper_kept":
            await self._hands().do("card remove")
            read.set()
            await self._kiosk.kioskd.event("visit_ended", timeout=power_cut.RECOVERY_PATIENCE_S)
            found = await self._kiosk.read_report()
            end = await self._ends()
            results.append(checks.equal("the same card brought the paper", "issued", found["outcome"]))
            records = power_cut.journal(self._kiosk.dir / "state")
            results += await power_cut.slips(self._receipt_printer.slips(), records, end)
        elif told == "paper_out":
            found["outcome"] = "issued"
        if end.papers:
            (self._out / "certificate.pdf").write_bytes(self._printer.accepted()[-1])
        results += power_cut.money_and_paper(end)
        found["kill"] = {"at": str(self._options.kill), "visit_was_open": bool(cut_open), "told": told,
                         "end": end.became, "net_yen": end.net_yen, "papers": end.papers,
                         "slips": len(self._receipt_printer.slips())}
        return found, results

    def _language(self, records):
        """Of the visit, as far as the kiosk had learned it: a resident chooses on the welcome screen."""
        said = [body["language"] for _, kind, body in records if kind in ("began", "document") and "language" in body]
        return said[-1] if said else "ja"

    def _rows(self):
        """What the resident does on which screen."""
        return scenario.base(self._options.language, self._options.pin, own_card=self._card is not None,
                             own_terminal=self._terminal is not None, own_printer=self._printer is not None)

    async def _start_resident(self, rows=None, name="resident"):
        all_own = self._card is not None and self._terminal is not None
        rows = rows or self._rows()
        table = self._kiosk.dir / "scenario.txt"
        table.write_text(scenario.table(rows, self._fault.rows if self._fault else {}, self._options.pin), "utf-8")
        resident = await self._cast.start(name, [
            self._bin / "emulator-resident", "--display", self._display, "--layout", self._kiosk.layout,
            "--scenario", table, "--patience", RESIDENT_PATIENCE_S if all_own else OWNERS_PATIENCE_S])
        await resident.line("ready")
        return resident

    async def _lend_hands(self, resident, told=None):
        """Does what the resident asks for, until the resident can go on no longer. `told`: set when the resident of
        a visit that was cut has read what became of it."""
        hands = self._hands()
        read = 0
        while True:
            match = await resident.line(r"(see|do|fail) (.*)", timeout=None, since=read)
            read = resident.lines.index(match.string, read) + 1
            if match[1] == "fail":
                raise ProgramFailed(f"the visit came to a halt: {match[2]}")
            if match[1] == "do":
                await (told.wait() if match[2] == "read aftermath" else hands.do(match[2]))
                await resident.say("done")
            else:
                self._tell_owners(match[2])

    def _tell_owners(self, screen):
        """What the owner of a foreign device has to do now."""
        if self._card is None and screen == "place_card":
            print("card: place it on the reader", flush=True)
        elif self._card is None and screen in ("take", "remove_card"):
            print("card: take it from the reader", flush=True)
        elif self._terminal is None and screen == "pay":
            print("terminal: pay there", flush=True)

    async def _wait_for_visit(self, resident):
        """kioskd's report, or for a kiosk that does not serve what was seen of it."""
        if self._fault and self._fault.no_visit:
            await resident.line(f"see {self._fault.screen}$", timeout=RESIDENT_PATIENCE_S)
            return {"outcome": self._fault.outcome, "apdus": 0, "charged_yen": 0, "pages": 0,
                    "steps": [{"name": self._fault.screen, "ms": 0}]}
        await self._kiosk.kioskd.event("visit_ended", timeout=None)
        return await self._kiosk.read_report()

    async def _after_visit(self, found):
        """Checks one visit against other witnesses, writes visit.json, prints the table. The exit code."""
        fault, out = self._fault, self._out
        certificate = out / "certificate.pdf"
        certificate.unlink(missing_ok=True)
        seen = await self._witnessed()
        results = checks.outcome(found, fault)
        results += checks.money(found, seen.ledger, fault)
        results += checks.paper(seen.documents, found, certificate)
        results += checks.wiped([self._kiosk.dir] + ([self._printer.spool] if self._printer else []))
        results += checks.card(found, seen.card_lines, self._card.most_apdus if self._card else None)
        results += await checks.slips(seen.slips, found, seen.ledger, fault)
        if certificate.exists():
            names = [self._city.person["name"]] if self._card else [person["name"] for person in self._city.people]
            results += await checks.pdf(certificate, names)
            results += await checks.confirmed(certificate, found["document"], self._city.pki / "gateway-ca.pem")
        if self._options.auto:
            # Ended, the window has written every picture of what it showed.
            await self._kiosk.ui.end()
            # A foreign card may still lie there: then the visit ends with reminders and no goodbye.
            last_screen = "goodbye" if self._card else "take"
            results += checks.screens(self._kiosk.screens, fault.screen if fault else last_screen)
            results += await self._afterwards(seen.ledger)
        (out / "visit.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(report.summary(found, results, seen.ledger, out, fault), flush=True)
        return 0 if found["outcome"] == "issued" and all(check.passed is not False for check in results) else 1

    async def _afterwards(self, ledger):
        """The kiosk ends its day, and its report is read."""
        if self._fault or not self._terminal:
            return []
        hours, wait_s = day_end.just_closed()
        await asyncio.sleep(wait_s)
        await self._kiosk.switch_on_again(self._cast, self._display, self._receipt_printer.environment, hours)
        found = await day_end.checks(self._kiosk.day_end, ledger, self._city.database)
        await self._kiosk.ui.end()
        return found

    async def _witnessed(self):
        """What the witnesses saw since they were asked last: of one visit."""
        printer = self._printer or self._relay
        now = checks.Witnessed(
            ledger=await self._terminal.ledger() if self._terminal else None,
            documents=printer.accepted() if printer else None,
            card_lines=list(self._card.program.lines) if self._card else None,
            slips=self._receipt_printer.slips())
        news, self._told = now.since(self._told), now
        return news
