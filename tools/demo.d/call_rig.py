"""A whole way of a call without a visit: camera, kiosk-call, kiosk-link, nginx, coturn, Chromium. Who uses this is kioskd."""

import array
import asyncio
import contextlib
import json
import mmap
import os
import pathlib
import shutil
import socket
import struct
import time

import kiosk_wire
from processes import Cast, ProgramFailed, output_of
from relay import Relay

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CHROMIUM = pathlib.Path("/usr/bin/chromium")
CONSOLE = ROOT / "tools/console"
PAIRS = "call", "ui", "link", "kioskd"     # kiosk-call's three, and kiosk-link's with kioskd
CALL_ID = "6f1c0a52-3c55-4e0e-9a39-0c4f6d1f2a77"


def missing():
    """Why no browser can stand in for the staff, or None."""
    if not CHROMIUM.exists():
        return "Debian's chromium is not installed"
    if not (CONSOLE / "node_modules/playwright-core").exists():
        return "tools/console has no node_modules (tools/setup)"
    return None


def workers_of(keeper):
    """The pids of kiosk-call's workers, oldest first: the first one has the call."""
    return [int(pid) for pid in pathlib.Path(f"/proc/{keeper}/task/{keeper}/children").read_text("ascii").split()]


class Staff:
    """Chromium, driven by call_staff.js."""

    def __init__(self, rig, name="staff"):
        self._rig, self._name = rig, name
        self._next = 0
        self.on_candidate = None

    async def open(self, picture=None, sound=None):
        given = {"page": str(HERE / "call_staff.html"), "picture": picture and str(picture), "sound": sound and str(sound)}
        self.program = await self._rig.cast.start(
            self._name, ["env", "-C", CONSOLE, "node", HERE / "call_staff.js", json.dumps(given)])
        await self.program.line(r'{"ready":true}', timeout=60)
        self._task = asyncio.create_task(self._forward())
        return self

    async def _forward(self):
        """Candidates, as they come."""
        seen = 0
        while True:
            async with self.program._news:
                while len(self.program.lines) == seen:
                    if self.program.ended:
                        return
                    await self.program._news.wait()
            for line in self.program.lines[seen:]:
                seen += 1
                message = json.loads(line)
                if "candidate" in message and self.on_candidate:
                    await self.on_candidate(message["line"], message["candidate"])

    async def ask(self, deed, timeout=30.0, **what):
        self._next += 1
        since = len(self.program.lines)
        await self.program.say(json.dumps({"do": deed, "id": self._next, **what}))
        match = await self.program.line(rf'{{"id":{self._next}[,}}].*', timeout, since)
        answer = json.loads(match.string)
        if "error" in answer:
            raise ProgramFailed(f"{self._name}: {answer['error']}")
        return answer.get("value")


class Boards:
    """kiosk-ui's side of picture_board.h, read as that header says."""

    FRAME = struct.Struct("<IiiIq")     # turn, width, height, (padding), captured_us
    PIXELS = 1280 * 720 * 3 // 2
    FRAME_SIZE = 24 + PIXELS + -(24 + PIXELS) % 8
    BOARD_SIZE = 8 + 3 * FRAME_SIZE

    def __init__(self, descriptor):
        size = os.fstat(descriptor).st_size
        self.memory = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        magic, said = struct.unpack_from("<II", self.memory, 0)
        assert magic == 0x4d505031 and said == size == 8 + 2 * self.BOARD_SIZE, (hex(magic), said, size)

    def newest(self, board):
        return struct.unpack_from("<Q", self.memory, 8 + board * self.BOARD_SIZE)[0]

    def picture(self, board):
        """(width, height, I420) of the newest frame, or None."""
        for _ in range(10):
            newest = self.newest(board)
            if newest == 0:
                return None
            at = 8 + board * self.BOARD_SIZE + 8 + newest % 3 * self.FRAME_SIZE
            turn, width, height, _, _ = self.FRAME.unpack_from(self.memory, at)
            data = bytes(self.memory[at + 24:at + 24 + width * height * 3 // 2])
            if turn % 2 == 0 and self.FRAME.unpack_from(self.memory, at)[0] == turn:
                return width, height, data
        raise AssertionError("every frame was torn")

    def save(self, board, path):
        """The brightness as a PGM picture."""
        width, height, data = self.picture(board)
        pathlib.Path(path).write_bytes(f"P5 {width} {height} 255\n".encode() + data[:width * height])


class Rig:
    def __init__(self, build, out):
        self.bin = pathlib.Path(build).resolve() / "bin"
        self.out = pathlib.Path(out).resolve()
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        self.cast = Cast(self.out / "logs")
        self.pki = self.out / "pki"
        self.relay = Relay(self.out / "relay", self.pki)
        self.messages = []          # of kiosk-call
        self._news = asyncio.Condition()
        self._tasks = []
        self.boards = None
        self.staff = None
        self.change_answer = lambda sdp: sdp
        self.answers = True
        self.camera = None
        self.connection = 0
        self.prepared = None        # the pass of prepare_call()
        self._pairs = {}
        self._lives = {}            # of each program
        self.before_call = ()       # words before kiosk-call's own
        self.more_call = ""         # lines of kiosk.toml's [call]
        self.more_camera = []       # words of emulator-camera's
        self.make_loudspeaker = False   # the speaker is a pipe, for --loudspeaker
        self.registry = self.out.parent / "gstreamer.registry"
        self.link = self.call = None

    async def start(self, width=1280, height=720, stamp=False, silent=False, front_certificate="gateway",
                    protocols="TLSv1.3"):
        await output_of(ROOT / "tools/pki", self.pki)
        await self.relay.start(self.cast)
        if front_certificate != "gateway" or protocols != "TLSv1.3":
            await self.relay.nginx.end()
            await self.relay.start_front(self.cast, front_certificate, protocols)
        self.picture, self.sound = self.out / "camera.y4m", self.out / "microphone.wav"
        self._camera = [self.bin / "emulator-camera", "--picture", self.picture, "--sound", self.sound,
                        "--width", width, "--height", height, *(["--stamp"] if stamp else []),
                        *(["--silent"] if silent else []), *self.more_camera]
        await self.plug_in()
        self.write_config()
        await self.start_kiosk()

    def write_config(self):
        pki = self.pki.resolve()
        self.config = self.out / "kiosk.toml"
        self.config.write_text(f"""\
[link]
url = "https://127.0.0.1:9"
ca = "{pki}/gateway-ca.pem"
certificate = "{pki}/kiosk-001.pem"
key = "{pki}/kiosk-001.key"
[relay]
front = "{self.relay.front}"
[call]
camera = "file:{self.picture}"
microphone = "file:{self.sound}"
speaker = "file:{self.out / 'speaker.wav'}"
{self.more_call}""", "utf-8")

    async def plug_in(self):
        for pipe in (self.picture, self.sound):
            os.mkfifo(pipe)
        if self.make_loudspeaker:
            os.mkfifo(self.out / "speaker.wav")
            self.make_loudspeaker = False
        self.camera = await self.cast.start("camera", self._camera)

    async def unplug(self):
        for pipe in (self.picture, self.sound):
            pipe.unlink()
        await self.camera.end()

    async def start_kiosk(self):
        self._pairs = {name: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for name in PAIRS}
        await self.start_link()
        await self.start_call_process()
        self.channel = kiosk_wire.Channel(self._pairs["call"][0].dup())
        self._tasks.append(asyncio.create_task(self._listen()))
        await self.wait_for(lambda m: m["type"] == "ready", timeout=60)
        await self.take_boards()

    # The pairs stay open here, as with whoever starts the kiosk's processes: each can be started again alone.

    async def start_link(self):
        await self._start_program("kiosk-link", {"--fd": self._pairs["kioskd"][1], "--call-fd": self._pairs["link"][0]})

    async def start_call_process(self):
        await self._start_program(
            "kiosk-call", {"--fd": self._pairs["call"][1], "--ui-fd": self._pairs["ui"][1],
                           "--link-fd": self._pairs["link"][1]}, "--own-network", before=self.before_call)

    async def _start_program(self, name, ends, *more, before=()):
        self._lives[name] = life = self._lives.get(name, 0) + 1
        words = [word for option, end in ends.items() for word in (option, end.fileno())]
        program = await self.cast.start(
            name + (f"-{life}" if life > 1 else ""), [*before, self.bin / name, "--config", self.config, *words, *more],
            pass_fds=[end.fileno() for end in ends.values()], env=os.environ | {"GST_REGISTRY": str(self.registry)})
        setattr(self, name.removeprefix("kiosk-"), program)

    async def take_boards(self, ask=False):
        """As kiosk-ui does when it starts; one that was started again asks."""
        ui = self._pairs["ui"][0]
        if ask:
            ui.send(b"\1")
        _, descriptors, _, _ = await asyncio.to_thread(socket.recv_fds, ui, 16, 2)
        self.boards = Boards(descriptors[0])
        os.close(descriptors[0])

    async def _listen(self):
        while (message := await self.channel.receive()) is not None:
            message["at"] = time.monotonic()
            self.messages.append(message)
            async with self._news:
                self._news.notify_all()
            if message["type"] == "offer" and self.staff and self.answers:
                self._tasks.append(asyncio.create_task(self._answer(message)))
            if message["type"] == "candidate" and self.staff and self.answers:
                self._tasks.append(asyncio.create_task(self._hand_on(message)))

    async def _answer(self, offer):
        self._answered = asyncio.Event()
        sdp = await self.staff.ask("take_offer", sdp=offer["sdp"], options=self.options)
        self.channel.send("answer", connection=offer["connection"], sdp=self.change_answer(sdp))
        self._answered.set()

    async def _hand_on(self, message):
        with contextlib.suppress(ProgramFailed):
            while not getattr(self, "_answered", None):
                await asyncio.sleep(0.01)
            await self._answered.wait()
            await self.staff.ask("candidate", candidate=message["candidate"], line=message["line"])

    async def _from_staff(self, line, candidate):
        self.channel.send("candidate", connection=self.connection, line=line, candidate=candidate)

    async def wait_for(self, fits, timeout=30.0, since=0):
        def look():
            return next((m for m in self.messages[since:] if fits(m)), None)
        try:
            async with asyncio.timeout(timeout):
                async with self._news:
                    while (found := look()) is None:
                        await self._news.wait()
                    return found
        except TimeoutError:
            tail = [{k: v for k, v in m.items() if k != "sdp"} for m in self.messages[-6:]]
            raise ProgramFailed(f"not said by kiosk-call in {timeout} s; it said last: {tail}; "
                                f"{self.call.last_words()}; {self.link.last_words()}") from None

    async def state(self, state, timeout=30.0, since=0):
        return await self.wait_for(lambda m: m["type"] == "moved" and m["state"] == state, timeout, since)

    async def measured(self, fits=lambda m: True, timeout=30.0, since=0):
        return await self.wait_for(lambda m: m["type"] == "measured" and fits(m), timeout, since)

    async def open_staff(self, far_sound=None, **options):
        """options: codec, kbps, width, height, read (latency), clean (its microphone). far_sound: a WAV file, spoken."""
        picture, sound = self.out.parent / "staff.y4m", self.out.parent / "staff.wav"
        self.options = {"width": 640, "height": 480, "kbps": 1000, **options}
        await output_of(self.bin / "emulator-camera", "--picture", picture, "--sound", sound, "--frames", "90",
                        "--width", self.options["width"], "--height", self.options["height"])
        self.staff = await Staff(self).open(picture, far_sound or sound)
        self.staff.on_candidate = self._from_staff

    def prepare_call(self):
        """As kioskd does while the resident waits: the next call has this pass."""
        self.prepared = user, password = self.relay.make_pass("kiosk-001")
        self.channel.send("prepare", relay_user=user, relay_password=password)

    def start_call(self, most="p720", **more):
        self.connection += 1
        user, password = self.prepared or self.relay.make_pass("kiosk-001")
        self.prepared = None
        self.began = time.monotonic()
        self.channel.send("start", **{"call": CALL_ID, "connection": self.connection, "relay_user": user,
                                      "relay_password": password, "most": most, "microphone": True, "camera": True,
                                      **more})
        return len(self.messages)

    def workers(self):
        return workers_of(self.call.pid)

    async def end(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.cast.end()
        for ends in self._pairs.values():
            for end in ends:
                end.close()


def read_wav_peak(path):
    """The loudest sample of a file that kiosk-call's speaker wrote."""
    samples = array.array("h", pathlib.Path(path).read_bytes()[44:][: 1 << 24])
    return max((abs(sample) for sample in samples), default=0)
