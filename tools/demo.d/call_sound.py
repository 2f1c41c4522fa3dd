"""What of the kiosk's room arrives at the staff's: echo, noise and speech, as Chromium receives them.

The staff speak with recorded voices; the kiosk's loudspeaker is heard by its microphone (emulator-camera's room). All
levels are of the sound after the wire, as Chromium decodes it."""

import asyncio
import contextlib
import math
import pathlib
import wave

VOICES = pathlib.Path("/usr/share/sounds/alsa")     # Debian's alsa-utils: people who say where a loudspeaker stands
STAFF = "Front_Center", "Rear_Left", "Front_Right", "Rear_Center", "Front_Left"
RESIDENT = "Side_Left", "Rear_Right", "Side_Right"
QUIET_DB = -90.0    # below this nothing is heard
LOUD_ENOUGH_DB = -38.0      # of the echo, for anything to be measured


def missing():
    """Why there is nobody to listen to, or None."""
    return None if VOICES.is_dir() else "Debian's alsa-utils (recorded voices) is not installed"


def db(ratio):
    return 10 * math.log10(ratio) if ratio > 0 else QUIET_DB


def join_voices(names, path):
    """One WAV file of several."""
    with wave.open(str(path), "wb") as out:
        for index, name in enumerate(names):
            with wave.open(str(VOICES / f"{name}.wav"), "rb") as one:
                if index == 0:
                    out.setparams(one.getparams())
                out.writeframes(one.readframes(one.getnframes()))
    return path


class Room:
    """The kiosk's room, around a call_rig.Rig."""

    def __init__(self, rig, cancel=True, suppress=True, echo=0.3, echo_ms=40, noise=-45):
        self.rig = rig
        self._settings = {"cancel_echo": cancel, "suppress_noise": suppress}
        self._words = ["--echo", echo, "--echo-ms", echo_ms, "--noise", noise]

    async def open(self):
        """Until both sides are connected: nobody speaks in the room, the staff do all the time."""
        rig = self.rig
        rig.more_call = "".join(f"{key} = {str(value).lower()}\n" for key, value in self._settings.items())
        rig.more_camera = ["--loudspeaker", rig.out / "speaker.wav", *self._words, "--listen", "--silent",
                           "--speech", *(VOICES / f"{name}.wav" for name in RESIDENT)]
        (rig.out / "speaker.wav").unlink(missing_ok=True)
        rig.make_loudspeaker = True
        await rig.start(width=320, height=240)
        # The loudspeaker shall play what was recorded, not what the staff's browser takes for noise.
        await rig.open_staff(width=320, height=240, kbps=150, clean=False, far_sound=join_voices(STAFF, rig.out / "voices.wav"))
        rig.start_call("p240")
        await rig.state("connected", 60)
        await rig.measured(lambda m: m["in_dbfs"] > -60)
        await rig.staff.ask("listen")
        return self

    async def say(self, *commands):
        for command in commands:
            await self._ask(command)

    async def _ask(self, command):
        since = len(self.rig.camera.lines)
        await self.rig.camera.say(command)
        return (await self.rig.camera.line(r".*", since=since)).string

    async def levels(self, seconds):
        """RMS in dBFS: at the microphone (voice, fan, echo, each alone), and what arrives at the staff's."""
        await self._ask("heard")
        before = (await self.rig.staff.ask("report"))["heard"]
        await asyncio.sleep(seconds)
        after = (await self.rig.staff.ask("report"))["heard"]
        _, voice, fan, echo, missed = (await self._ask("heard")).split()
        samples = after["samples"] - before["samples"]
        found = {name: db((float(rms) / 32768) ** 2) for name, rms in (("voice", voice), ("fan", fan), ("echo", echo))}
        return {**found, "missed_ms": int(missed) / 48, "staff": db((after["square"] - before["square"]) / samples if samples else 0)}


@contextlib.asynccontextmanager
async def room(make_rig, **settings):
    one = Room(make_rig(), **settings)
    try:
        yield await one.open()
    finally:
        await one.rig.end()


def returned(levels):
    """dB that the staff's own voice gains on its way through the kiosk's room and back: negative is good."""
    return levels["staff"] - levels["echo"]


async def echo_level(make_rig, cancel, seconds, windows=1, enough=None, **settings):
    """The staff speak, nobody else: what of it comes back. The best of so many windows, or the first that is enough: a
    canceller has to learn the room, and to learn it again when the machine stood still."""
    async with room(make_rig, cancel=cancel, **settings) as one:
        found = []
        for _ in range(windows):
            levels = await one.levels(seconds)
            if levels["echo"] > LOUD_ENOUGH_DB:     # the staff's own machine may stand still, too
                found.append(levels)
            if found and enough is not None and returned(found[-1]) < enough:
                break
        return min(found, key=returned, default=levels)


async def double_talk(make_rig, seconds, converge_s=8, cancel=True, **settings):
    """The resident alone, then both at once."""
    async with room(make_rig, cancel=cancel, **settings) as one:
        await asyncio.sleep(converge_s)
        both_silent = await one.levels(seconds)
        await one.say("voice on")
        await asyncio.sleep(1)
        both = await one.levels(seconds)
        await one.rig.staff.ask("mute", on=True)
        await asyncio.sleep(1)
        return {"staff_alone": both_silent, "both": both, "resident_alone": await one.levels(seconds)}


async def noise_levels(make_rig, suppress, seconds, converge_s=5, **settings):
    """A fan alone, then the resident beside it; the staff are silent."""
    async with room(make_rig, suppress=suppress, **settings) as one:
        await one.rig.staff.ask("mute", on=True)
        await one.say("fan on")
        await asyncio.sleep(converge_s)
        fan = await one.levels(seconds)
        await one.say("voice on")
        await asyncio.sleep(1)
        return {"fan": fan, "speech": await one.levels(seconds)}


def ratio_db(levels):
    """Speech to noise in dB: at the microphone, and as it arrives."""
    fan, speech = 10 ** (levels["fan"]["staff"] / 10), 10 ** (levels["speech"]["staff"] / 10)
    return levels["speech"]["voice"] - levels["fan"]["fan"], db(max(speech - fan, 1e-12) / fan) if fan else -QUIET_DB
