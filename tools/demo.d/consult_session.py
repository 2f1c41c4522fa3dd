"""The demo of a consultation by video: a resident at the kiosk, staff at a desk and an interpreter, each with a real
Chromium; nginx and coturn between them; and a capture of everything that the kiosk sends to the relay."""

import asyncio
import json
import os
import signal
import sqlite3
import time

import call_hazards
import checks
import report
import scenario
from call_rig import Rig, workers_of
from console import Console
from demonstration import Demonstration
from hands import Hands
from help_session import one_time_code
from processes import ProgramFailed, output_of, together
from relay import Relay
from wire_capture import WireCapture, interfaces_of, joined, server_hello_is_1_3

HELP = """
The city's side, in any browser of this machine with a camera (it warns of the demo's own certificate):
  {url}#/consult
  name {name}, password {password}
  code     the one-time code for the login"""
DESK, INTERPRETER_DESK = "kurashi", "tsuyaku"
CAMERA = {"width": 1280, "height": 720}
PATIENCE_S = 120
QUIET_DBFS, QUIET = -60, 0.001     # less than that is no sound
# Who must be refused by kiosk-call and kiosk-link: what a connection to them is like, and for what reason it ends.
REFUSED = {
    "corrupted_fingerprint": "a certificate that is not the answer's is refused",
    "rogue_ca": "a relay with a certificate of another CA is refused",
    "tls_1_2": "a relay without TLS 1.3 is refused",
}


class Consultation(Demonstration):
    def __init__(self, root, bin_dir, options):
        super().__init__(root, bin_dir, options)
        self._console_dir = bin_dir.parent / "console"
        self._driver = root / "tools/console"
        self._dir = options.out / "consult"
        self._media_relay = None
        self._capture = None
        self._staff = None
        self._counsel = None    # both browsers
        self._interfaces = None     # that kiosk-call sees
        self._back_after_ms = {}    # who was killed -> the staff's next picture

    async def _open_gateway(self, card_ca):
        if not (self._console_dir / "index.html").is_file():
            raise ProgramFailed(f"the console's pages are not built in {self._console_dir}")
        self._media_relay = Relay(self._dir / "relay", self._city.pki)
        await self._media_relay.start(self._cast)
        await self._city.open_gateway(self._cast, card_ca, [
            "--consult", self._city.always_open("consult.toml"), "--relay-secret", self._media_relay.secret_file,
            "--console-dir", self._console_dir, "--console-listen", "127.0.0.1:0"])
        self._capture = WireCapture.begin(self._media_relay.port, int(self._city.url.rsplit(":", 1)[1]))

    async def _start_kiosk(self):
        await self._plug_in_camera()
        self._staff = await self._city.register_staff("counsel", "staff")
        if self._options.auto:
            await self._start_counsel()
        await super()._start_kiosk()

    def _kiosk_changes(self):
        return super()._kiosk_changes() | {
            ("consult", "enabled"): True,
            ("call", "camera"): f"file:{self._dir / 'camera.y4m'}",
            ("call", "microphone"): f"file:{self._dir / 'microphone.wav'}",
            ("call", "speaker"): f"file:{self._dir / 'speaker.wav'}",
            ("relay", "front"): self._media_relay.front,
        }

    async def _plug_in_camera(self):
        """What stands before the kiosk's camera: a picture that moves, and somebody who speaks."""
        self._dir.mkdir(parents=True, exist_ok=True)
        pipes = self._dir / "camera.y4m", self._dir / "microphone.wav"
        for pipe in pipes:
            os.mkfifo(pipe)
        await self._cast.start("camera", [
            self._bin / "emulator-camera", "--picture", pipes[0], "--sound", pipes[1],
            "--width", CAMERA["width"], "--height", CAMERA["height"]])

    async def _start_counsel(self):
        files = {}
        for name in ("counsel", "interpreter"):
            account = self._staff if name == "counsel" else await self._city.register_staff(name, "staff")
            files[name] = self._city.dir / f"{name}.json"
            files[name].write_text(json.dumps(account), "utf-8")
        picture, sound = self._dir / "staff.y4m", self._dir / "staff.wav"
        await output_of(self._bin / "emulator-camera", "--picture", picture, "--sound", sound, "--frames", "90",
                        "--width", 640, "--height", 480)
        self._counsel = await self._cast.start("counsel", [
            "node", self._driver / "node_modules/vite-node/vite-node.mjs", "--root", self._driver,
            self._driver / "drive/counsel.ts", "--url", self._city.console, "--staff", files["counsel"],
            "--interpreter", files["interpreter"], "--picture", picture, "--sound", sound,
            "--out", self._dir / "staff", "--locale", {"ja": "ja-JP", "en": "en-GB"}[self._options.language]])
        await self._counsel.line("ready", timeout=PATIENCE_S)
        await self._counsel.ask(f"sit {DESK} {INTERPRETER_DESK}", r"sit|failed")

    def _play_with_person(self):
        async def code():
            return one_time_code(self._staff["uri"])

        return Console(self._kiosk, self._hands(), self._after_visit, self._options.pin,
                       HELP.format(url=self._city.console, **self._staff), {"code": code})

    def _rows(self):
        return scenario.consulted(self._options.language)

    def _hands(self):
        kills = {"kiosk-call": self._kill_worker, "front": self._kill_front}
        return ConsultHands(super()._hands(), self._counsel, kills, self._back_after_ms)

    async def _kill_worker(self):
        os.kill(workers_of(self._kiosk.call.pid)[0], signal.SIGKILL)

    async def _kill_front(self):
        """And starts it again, as its service manager does."""
        self._media_relay.kill_front()
        await self._media_relay.start_front(self._cast)

    async def _play_by_itself(self):
        resident = await self._start_resident()
        call, *others = [asyncio.create_task(work) for work in
                         (self._until_over(resident), self._lend_hands(resident), self._cast.lost())]
        try:
            done, _ = await asyncio.wait([call, *others], return_when=asyncio.FIRST_COMPLETED)
            for task in [call] if call in done else done:
                task.result()
        finally:
            for task in (call, *others):
                task.cancel()
        return await self._after_call()

    async def _until_over(self, resident):
        await resident.line("press consult_over", timeout=None)
        await resident.line("see welcome", timeout=PATIENCE_S, since=len(resident.lines) - 1)

    async def _after_call(self):
        await self._counsel.ask("leave", "left", timeout=PATIENCE_S)
        self._interfaces = interfaces_of(self._kiosk.call.pid)
        # Ended, the window has written every picture of what it showed.
        await self._kiosk.ui.end()
        found = self._figures() | await self._refusals()
        results = [*self._both_see_and_hear(found), *self._on_the_wire(found), *self._both_sides(), *self._untouched(),
                   *self._lost_and_back(found), *self._refused(found)]
        (self._out / "call.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
        print(report.of_checks("a consultation by video", results, self._out), flush=True)
        return 0 if all(check.passed is not False for check in results) else 1

    def _figures(self):
        """call.json. The kiosk's frames are kiosk-call's count as kioskd logged it; the staff's are the browser's."""
        kiosk = [event for event in self._kiosk.kioskd.events
                 if event.get("event") == "consult_event" and event.get("what") == "measured"][-1]
        seen = [json.loads(line.removeprefix("seen ")) for line in self._counsel.lines if line.startswith("seen ")]
        good, bad = self._capture.records() if self._capture else (None, None)
        return {"frames_kiosk": int(kiosk["frames_in"]), "frames_staff": of_all_connections([one["staff"] for one in seen]),
                "frames_interpreter": max(one["interpreter"] for one in seen),
                "first_frame_ms": int(kiosk["first_frame_ms"]), "loudest_at_kiosk_dbfs": float(kiosk["loudest_dbfs"]),
                "loudest_at_staff": max(one["level"] for one in seen),
                "packets_tls": good, "packets_not_tls": bad,
                "connections": int(kiosk["connections"]), "back_after_ms": self._back_after_ms}

    async def _refusals(self):
        """Each with a kiosk-call, a kiosk-link, a relay and a browser of its own, beside the demo's."""
        def play(name, hazard, **given):
            async def playing():
                rig = Rig(self._bin.parent, self._dir / name)
                try:
                    return await hazard(rig, **given)
                finally:
                    await rig.end()
            return playing()
        plays = [play("corrupted_fingerprint", call_hazards.fingerprint_corrupted),
                 play("rogue_ca", call_hazards.front_refused, **call_hazards.ROGUE_CA),
                 play("tls_1_2", call_hazards.front_refused, **call_hazards.OLD_TLS)]
        return {"refused": dict(zip(REFUSED, await together(*plays)))}

    @staticmethod
    def _refused(found):
        for name, what in REFUSED.items():
            one = found["refused"][name]
            nothing_passed = not any(value for key, value in one.items() if key != "why")
            right = one["why"] == call_hazards.WRONG_CERTIFICATE or name != "corrupted_fingerprint"
            yield checks.Check(what, nothing_passed and right, one["why"])

    @staticmethod
    def _lost_and_back(found):
        lost = {"kiosk-call": "the call outlives SIGKILL of kiosk-call's worker", "front": "and SIGKILL of the relay's nginx"}
        for name, what in lost.items():
            passed = found["back_after_ms"].get(name)
            yield checks.Check(what, passed is not None, f"the staff saw the next picture after {passed} ms")

    def _both_see_and_hear(self, found):
        return [checks.Check("the kiosk decoded the staff's picture", found["frames_kiosk"] > 0,
                             f"{found['frames_kiosk']} frames, the first after {found['first_frame_ms']} ms"),
                checks.Check("the staff's browser decoded the kiosk's", found["frames_staff"] > 0,
                             f"{found['frames_staff']} frames"),
                checks.Check("the interpreter's browser saw the call", found["frames_interpreter"] > 0,
                             f"{found['frames_interpreter']} frames"),
                checks.Check("sound came to the kiosk", found["loudest_at_kiosk_dbfs"] > QUIET_DBFS,
                             f"{found['loudest_at_kiosk_dbfs']:.0f} dBFS"),
                checks.Check("sound came to the staff", found["loudest_at_staff"] > QUIET,
                             f"{found['loudest_at_staff']:.2f} of 1")]

    def _on_the_wire(self, found):
        what = "everything between kiosk and city is a TLS 1.3 record"
        if self._capture is None:
            return [checks.Check(what, None, "a capture needs root")]
        hellos = [data for data in map(joined, self._capture.streams.values()) if data[5:6] == b"\x02"]
        old = sum(not server_hello_is_1_3(data) for data in hellos)
        return [checks.Check(what, found["packets_not_tls"] == 0 and found["packets_tls"] > 0 and old == 0,
                             f"{found['packets_tls']} records, {self._capture.bytes} bytes, {len(hellos)} connections"),
                checks.equal("the media process has no way out but its loopback", ["lo"], self._interfaces)]

    def _both_sides(self):
        kiosk = [path.stem.split("-", 1)[-1] for path in self._kiosk.screens.glob("*.png")]
        staff = [path.stem.split("-", 1)[-1] for path in (self._dir / "staff").glob("*.png")]
        return [checks.Check("pictures of both sides", "consult_call.moving" in kiosk and "three" in staff,
                             f"screens/ and consult/staff/, {len(kiosk)} and {len(staff)}")]

    def _untouched(self):
        with sqlite3.connect(f"file:{self._city.database}?mode=ro", uri=True) as database:
            moved = database.execute("select count(*) from ledger").fetchone()[0]
        return [checks.equal("it cost nothing", 0, moved)]


def of_all_connections(counts):
    """A browser counts anew with each connection."""
    return sum(count for count, following in zip(counts, [*counts[1:], 0]) if following < count)


class ConsultHands(Hands):
    """The same hands, and the city's side, and who kills what a call needs."""

    def __init__(self, hands, counsel, kills, back_after_ms):
        super().__init__(hands.programs | {"counsel": counsel})
        self._kills, self._back_after_ms = kills, back_after_ms

    async def _kill(self, name):
        """And waits until the staff see the next connection's first picture."""
        await self.do("counsel before")
        killed = time.time()
        await self._kills[name]()
        came = float((await self.do("counsel again")).split()[1]) / 1000
        self._back_after_ms[name] = round((came - killed) * 1000)
        return f"{name} killed, the picture back after {self._back_after_ms[name]} ms"

    async def do(self, words):
        if words.startswith("kill "):
            return await self._kill(words.removeprefix("kill "))
        if not words.startswith("counsel "):
            return await super().do(words)
        order = words.removeprefix("counsel ")
        answer = await self._program("counsel", words).ask(order, rf"{order.split()[0]}|failed", timeout=PATIENCE_S)
        if answer.string.startswith("failed"):
            raise ProgramFailed(f"the city's side could not '{order}': {answer.string}")
        return answer.string
