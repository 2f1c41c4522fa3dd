"""The demo with a volunteer beside the resident: a badge, the resident's yes, a browser that sees the masked screen and
points, and what stays of it."""

import asyncio
import base64
import hmac
import json
import re
import sqlite3
import statistics
import time
import urllib.parse

import browser_bytes
import checks
import scenario
from console import Console
from demonstration import Demonstration
from hands import Hands
from processes import ProgramFailed

HELP = """
  badge    tap the volunteer's badge on the reader
  code     the volunteer's one-time code for the login
The volunteer's page, in any browser of this machine (it warns of the demo's own certificate):
  {url}
  name {name}, password {password}"""
BADGE = "0123456789abcdef"
HELPER_NUMBER = "3"
LATENCY_GOAL_MS = 150
POINTINGS = 100
# The kiosk looks every ten seconds what it has to deliver.
RECORD_PATIENCE_S = 40
# What the browser must have been told, so that a search in it can find anything at all.
PUBLIC_WORDS = ('"mirror"', '"session"', "review.title", "mirror.hidden", '"kind.residence"')


class HelpSession(Demonstration):
    def __init__(self, root, bin_dir, options):
        super().__init__(root, bin_dir, options)
        self._console_dir = bin_dir.parent / "console"
        self._driver = root / "tools/console"
        self._pictures = options.out / "helper"
        self._helper = None     # the volunteer's browser
        self._account = None
        self._record = None

    async def _open_gateway(self, card_ca):
        if not (self._console_dir / "index.html").is_file():
            raise ProgramFailed(f"the console's pages are not built in {self._console_dir}")
        badges = self._city.dir / "badges.toml"
        badges.write_text(f'[[badge]]\nkind = "felica"\nnumber = "{BADGE}"\nhelper = "{HELPER_NUMBER}"\n'
                          'role = "volunteer"\n', "utf-8")
        await self._city.open_gateway(self._cast, card_ca, ["--badges", badges, "--console-dir", self._console_dir,
                                                            "--console-listen", "127.0.0.1:0"])

    async def _start_kiosk(self):
        await super()._start_kiosk()
        self._account = await self._city.register_staff("leader.3", "volunteer", HELPER_NUMBER)
        if self._options.auto:
            await self._start_helper()

    async def _start_helper(self):
        """A volunteer with a tablet, logged in with both factors."""
        account = self._city.dir / "helper.json"
        account.write_text(json.dumps(self._account), "utf-8")
        locale = {"ja": "ja-JP", "en": "en-GB"}[self._options.language]
        self._helper = await self._cast.start("helper", [
            "node", self._driver / "node_modules/vite-node/vite-node.mjs", "--root", self._driver,
            self._driver / "drive/volunteer.ts", "--url", self._city.console, "--account", account,
            "--layout", self._kiosk.layout, "--out", self._pictures, "--locale", locale])
        await self._helper.line("ready", timeout=120)

    def _play_with_person(self):
        hands = self._hands()

        async def tap_badge():
            await hands.do(f"card felica {BADGE}")
            await asyncio.sleep(1)      # as long as people hold one to a reader
            await hands.do("card remove")
            return "the badge was tapped"

        async def code():
            return one_time_code(self._account["uri"])

        return Console(self._kiosk, hands, self._after_visit, self._options.pin,
                       HELP.format(url=self._city.console, **self._account), {"badge": tap_badge, "code": code})

    def _rows(self):
        return scenario.helped(super()._rows(), self._options.language, BADGE)

    def _hands(self):
        return HelpHands(super()._hands(), self._helper)

    async def _wait_for_visit(self, resident):
        found = await super()._wait_for_visit(resident)
        await resident.line(r"press help_satisfaction", timeout=120)
        self._record = await self._read_record()
        return found

    async def _afterwards(self, _):
        await self._helper.ask("leave", "left", timeout=60)
        return [*self._pointing(), *await self._taken_home(), *self._kept(self._record), *self._unseen(),
                *self._both_sides()]

    async def _taken_home(self):
        """The page of the lesson, as paper and as a picture, and where its QR code leads."""
        sheets = self._printer.lesson_sheets()
        if len(sheets) != 1:
            return [checks.equal("pages to take home", 1, len(sheets))]
        sheet = self._out / "sheet.pdf"
        sheet.write_bytes(sheets[0].read_bytes())
        await checks.reading_of("pdftoppm", "-r", "100", "-singlefile", "-png", sheet, self._out / "sheet")
        _, text = await checks.reading_of("pdftotext", "-raw", sheet, "-")
        title = {"ja": "今日できるようになったこと", "en": "What I can do now"}[self._options.language]
        told = re.sub(r"\s", "", text)
        private = [words for _, words in browser_bytes.spellings(self._city.person)
                   if browser_bytes.plain(words) in browser_bytes.plain(text)]
        address = await checks.qr_address(sheet)
        status, page = await asyncio.to_thread(checks.get, address, self._city.pki / "gateway-ca.pem") if address else (0, "")
        return [checks.Check("the page to take home says what was learned", re.sub(r"\s", "", title) in told,
                             "" if title in text else text[:80]),
                checks.equal("nobody's name stands on it", [], private),
                checks.Check("its QR code leads to the same lesson at home",
                             status == 200 and {"ja": "さわり方", "en": "Touching"}[self._options.language] in page,
                             address or "no QR code was read")]

    def _pointing(self):
        measured = json.loads(next(line for line in self._helper.lines if line.startswith("measure "))[8:])
        out = []
        for key, what in (("answered_ms", "pointing, until the helper's page knows that the kiosk shows it"),
                          ("drawn_ms", "pointing, until the kiosk's window has drawn the ring")):
            times = measured[key]
            p95 = statistics.quantiles(times, n=20)[-1]
            # A figure, not a judgement: a busy machine is no mistake of the kiosk.
            out.append(checks.Check(f"{what}: p95 within {LATENCY_GOAL_MS} ms", p95 <= LATENCY_GOAL_MS or None,
                                    f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms of {len(times)}"))
        (self._out / "helper/latency.json").write_text(json.dumps(measured) + "\n", "utf-8")
        return out

    async def _read_record(self):
        """What the gateway keeps of the session, as a dict."""
        for _ in range(RECORD_PATIENCE_S * 5):
            with sqlite3.connect(f"file:{self._city.database}?mode=ro", uri=True) as database:
                database.row_factory = sqlite3.Row
                if row := database.execute("select * from help_records").fetchone():
                    return dict(row)
            await asyncio.sleep(0.2)
        return None

    def _kept(self, record):
        if record is None:
            return [checks.Check("the session's record reached the city", False)]
        told = {key: record[key] for key in ("topic", "language", "outcome", "satisfaction")}
        wanted = {"topic": "touch_basics", "language": self._options.language, "outcome": "solved", "satisfaction": 5}
        return [checks.equal("what the city keeps of the session", wanted, told),
                checks.equal("and of whom", set(), set(record) & {"helper", "badge", "badge_sha256", "session", "visit"})]

    def _unseen(self):
        """Whether anything private went to the browser, by the browser's own record of its bytes."""
        what = "nothing private in any byte that went to the helper's browser"
        try:
            seen = browser_bytes.received(self._pictures / "browser-net-log.json")
        except browser_bytes.NotReadable as reason:
            return [checks.Check(what, False, str(reason))]
        missing = [words for words in PUBLIC_WORDS if words not in "".join(seen.messages)]
        people = browser_bytes.household(self._city.people, self._city.person)
        found = browser_bytes.leaks(seen, people, self._options.pin)
        return [checks.Check("what may be seen is in them", not missing, ", ".join(missing)),
                checks.Check(what, not found, ", ".join(whose for whose, _ in found) or
                             f"{seen.size} bytes, {len(seen.messages)} messages, {len(people)} people looked for")]

    def _both_sides(self):
        kiosk = [path.stem.split("-", 1)[-1] for path in self._kiosk.screens.glob("*.png")]
        helper = [path.stem.split("-", 1)[-1] for path in self._pictures.glob("*.png")]
        return [checks.Check("pictures of both sides", "kind.pointed" in kiosk and "unseen" in helper,
                             f"screens/ and helper/, {len(kiosk)} and {len(helper)}")]


def one_time_code(uri):
    """RFC 6238 with SHA-1, 30 s and six digits, as an authenticator app shows it."""
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)["secret"][0]
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1_000_000:06}"


class HelpHands(Hands):
    """The same hands, and the helper's word."""

    def __init__(self, hands, helper):
        super().__init__(hands.programs | {"helper": helper})

    async def do(self, words):
        if words.startswith("helper measure"):
            return (await self._program("helper", words).ask(words.removeprefix("helper "), r"measure|failed", timeout=300)).string
        return await super().do(words)
