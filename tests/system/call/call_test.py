#!/usr/bin/env python3
"""A call through the real processes: kiosk-call, kiosk-link, nginx, coturn and Chromium, by hazard.

The test is kioskd. No test here asserts a speed; what was measured is printed.
"""

import argparse
import asyncio
import base64
import os
import pathlib
import re
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tools/demo.d"))

import call_hazards                             # noqa: E402
import call_rig                                 # noqa: E402
import call_sound                               # noqa: E402
from processes import ProgramFailed, output_of  # noqa: E402
from relay import missing as relay_missing      # noqa: E402
from wire_capture import WireCapture, interfaces_of    # noqa: E402

GIVEN = None
NOBODY = 65534
ASKED = 2       # addresses that libnice asks the relay for, each time; it gives one back


class Call(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        absent = relay_missing()
        if absent:
            self.skipTest(f"not installed: {', '.join(absent)}")
        if why := call_rig.missing():
            self.skipTest(why)
        self.rig = call_rig.Rig(GIVEN.build, GIVEN.out / self._testMethodName.removeprefix("test_"))

    async def asyncTearDown(self):
        if hasattr(self, "rig"):
            await self.rig.end()

    async def connect(self, **options):
        return await call_hazards.connect(self.rig, **options)

    async def staff_sees(self, frames):
        """The staff's report as soon as it has so many frames."""
        async with asyncio.timeout(60):
            while (report := await self.rig.staff.ask("report"))["frames"] < frames:
                await asyncio.sleep(0.2)
        return report

    def workers(self):
        """How many there have been."""
        return len({message["worker"] for message in self.rig.messages if message["type"] == "ready"})

    def note(self, text):
        print(f"{self._testMethodName}: {text}", flush=True)

    async def test_both_sides_see_and_hear_each_other(self):
        rig = self.rig
        await rig.start()
        measured = await self.connect()
        measured = await rig.measured(lambda m: m["in_dbfs"] > -60 and m["out_dbfs"] > -60)
        self.assertFalse(measured["silent_in"] or measured["silent_out"])
        await rig.measured(lambda m: m["frames_in"] > 60)
        report = await self.staff_sees(30)
        self.assertEqual("video/H264", report["codec"])
        self.assertGreater(report["in_audio"]["energy"], 0)
        certificate = rig.out / "call.der"
        certificate.write_bytes(base64.b64decode(report["certificate"]))
        words = await output_of("openssl", "x509", "-inform", "DER", "-in", certificate, "-noout", "-text")
        self.assertIn("prime256v1", words)      # and Chromium has held it against the offer's fingerprint
        self.assertEqual((640, 480), rig.boards.picture(0)[:2])
        self.assertEqual((1280, 720), rig.boards.picture(1)[:2])
        await rig.staff.ask("picture", path=str(rig.out / "staff.png"))
        rig.boards.save(0, rig.out / "kiosk.pgm")
        self.note(f"first frame at the kiosk after {measured['first_frame_ms']} ms, "
                  f"at the staff's after {report['first_ms']:.0f} ms; frames {measured['frames_in']}/{report['frames']}")
        rig.channel.send("end")
        await rig.state("ended")
        self.assertIsNone(rig.boards.picture(0))
        self.assertIsNone(rig.boards.picture(1))
        await rig.wait_for(lambda m: m["type"] == "ready" and m["worker"] == rig.messages[0]["worker"] + 1)
        self.assertGreater(call_rig.read_wav_peak(rig.out / "speaker.wav"), 300)

    async def test_everything_that_leaves_is_tls(self):
        if os.geteuid() != 0:
            self.skipTest("a capture needs root")
        rig = self.rig
        await rig.start()
        capture = WireCapture.begin(rig.relay.port)
        self.addCleanup(capture.close)
        await rig.open_staff()
        rig.start_call()
        await rig.measured(lambda m: m["frames_in"] > 60, timeout=60)
        capture.take()
        good, bad = capture.records()
        self.note(f"TLS records {good}, packets_not_tls = {bad}")
        self.assertGreater(good, 200)
        self.assertEqual(0, bad)
        for pid in (rig.call.pid, *rig.workers()):
            routes = pathlib.Path(f"/proc/{pid}/net/route").read_text("ascii").splitlines()[1:]
            self.assertEqual(["lo"], [name for name in interfaces_of(pid) if not re.match(r"(tunl|sit|gre|ip6|ip_vti|erspan)", name)])
            self.assertEqual([], routes)

    async def test_fingerprint_corrupted(self):
        rig = self.rig
        found = await call_hazards.fingerprint_corrupted(rig)
        self.assertEqual({"why": call_hazards.WRONG_CERTIFICATE, "frames_staff": 0, "frames_kiosk": 0, "shown": False}, found)
        # The same worker connects with the next offer and an honest answer.
        since = rig.start_call()
        await rig.state("connected", 60, since)
        self.assertEqual(1, self.workers())

    async def test_worker_killed(self):
        found = await call_hazards.worker_killed(self.rig)
        self.note(found)
        self.assertEqual(1, found["worker"])    # the next one
        self.assertFalse(found["self_shown"])

    async def test_relay_front_killed(self):
        found = await call_hazards.front_killed(self.rig)
        self.note(found)
        self.assertEqual(1, self.workers())

    async def test_link_killed(self):
        found = await call_hazards.link_killed(self.rig)
        self.note(found)
        self.assertEqual(1, self.workers())
        self.assertIsNone(self.rig.call.exit_code)

    async def test_ui_killed(self):
        rig = self.rig
        await rig.start()
        await self.connect()
        before, rig.boards = rig.boards.newest(0), None
        await rig.take_boards(ask=True)
        await rig.measured(lambda m: rig.boards.newest(0) > before, since=len(rig.messages))
        self.assertEqual((640, 480), rig.boards.picture(0)[:2])
        self.assertEqual([], [m for m in rig.messages if m["type"] == "moved" and m["state"] not in ("connecting", "connected")])

    async def test_call_killed(self):
        rig = self.rig
        found = await call_hazards.call_killed(rig)
        self.note(found)
        self.assertTrue(found["later"])
        self.assertIsNone(rig.link.exit_code)
        await rig.measured(since=len(rig.messages))
        self.assertEqual((640, 480), rig.boards.picture(0)[:2])

    async def test_without_root(self):
        """The empty network namespace is made in a user namespace."""
        if os.geteuid() != 0:
            self.skipTest("all of these tests run without root here")
        rig = self.rig
        rig.before_call = "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"
        for words, what in ((("unshare", "--user", "--net", "true"), "may not make a network namespace"),
                            (("test", "-x", rig.bin / "kiosk-call"), "cannot reach this build")):
            try:
                await output_of(*rig.before_call, *words)
            except ProgramFailed as failed:
                self.skipTest(f"'nobody' {what}: {failed}")
        rig.out.chmod(0o777)
        rig.registry = rig.out / "gstreamer.registry"
        await rig.start()
        await self.connect()
        self.assertEqual(["lo"], interfaces_of(rig.call.pid))
        for pid in (rig.call.pid, *rig.workers()):
            self.assertEqual(NOBODY, pathlib.Path(f"/proc/{pid}").stat().st_uid)
            self.assertNotEqual(os.readlink("/proc/self/ns/user"), os.readlink(f"/proc/{pid}/ns/user"))

    async def test_camera_unplugged(self):
        rig = self.rig
        await rig.start()
        await self.connect()
        since = len(rig.messages)
        await rig.unplug()
        gone = await rig.wait_for(lambda m: m["type"] == "ready" and not m["camera"] and not m["microphone"], since=since)
        self.assertEqual(rig.messages[0]["worker"], gone["worker"])
        before = (await rig.measured(since=len(rig.messages)))["frames_in"]
        after = await rig.measured(lambda m: m["frames_in"] > before, since=len(rig.messages))
        self.assertIsNone(rig.boards.picture(1))
        await rig.plug_in()
        await rig.wait_for(lambda m: m["type"] == "ready" and m["camera"], since=len(rig.messages))
        await rig.measured(lambda m: m["frames_out"] > after["frames_out"], since=len(rig.messages))

    async def test_muted_and_held(self):
        rig = self.rig
        await rig.start()
        await self.connect()
        rig.channel.send("open", microphone=False, camera=False)
        await rig.measured(lambda m: m["out_dbfs"] == -100, since=len(rig.messages))
        self.assertIsNone(rig.boards.picture(1))
        worker = rig.workers()[0]
        opened = {os.readlink(fd) for fd in pathlib.Path(f"/proc/{worker}/fd").iterdir() if fd.is_symlink()}
        self.assertFalse(opened & {str(rig.picture), str(rig.sound)}, "a device is still open")
        rig.channel.send("hold", held=True)
        for _ in range(2):
            await rig.measured(since=len(rig.messages))
        self.assertIsNone(rig.boards.picture(0))
        rig.channel.send("hold", held=False)
        rig.channel.send("open", microphone=True, camera=True)
        await rig.measured(lambda m: m["out_dbfs"] > -60 and m["in_dbfs"] > -60, since=len(rig.messages))

    async def test_nobody_is_heard(self):
        rig = self.rig
        await rig.start(silent=True)
        await self.connect()
        await rig.staff.ask("mute", on=True)
        await rig.measured(lambda m: m["silent_in"] and m["silent_out"], since=len(rig.messages))
        await rig.staff.ask("mute", on=False)
        await rig.measured(lambda m: not m["silent_in"], since=len(rig.messages))

    async def test_without_h264(self):
        rig = self.rig
        await rig.start()
        await rig.open_staff()
        rig.change_answer = lambda sdp: re.sub(r"m=video \d+", "m=video 0", sdp) if "H264" in sdp else sdp
        rig.start_call()
        await rig.state("connected", 60)
        await rig.measured(lambda m: m["frames_in"] > 10 and m["frames_out"] > 10)
        report = await rig.staff.ask("report")
        self.assertEqual("video/VP8", report["codec"])

    async def prepare(self):
        """The worker that has begun a call beforehand, once the relay has given it an address."""
        rig = self.rig
        rig.relay.verbose = True
        await rig.start()
        await rig.open_staff()
        since = len(rig.messages)
        rig.prepare_call()
        await self.until(lambda: rig.relay.allocations() == ASKED)
        self.assertEqual([], [m for m in rig.messages[since:] if m["type"] != "ready"])     # nothing is told before the call
        worker = rig.workers()[0]
        opened = {os.readlink(fd) for fd in pathlib.Path(f"/proc/{worker}/fd").iterdir() if fd.is_symlink()}
        self.assertFalse(opened & {str(rig.picture), str(rig.sound)}, "a device is open before the call")
        self.assertIsNone(rig.boards.picture(1))
        return worker

    async def until(self, is_so):
        async with asyncio.timeout(60):
            while not is_so():
                await asyncio.sleep(0.05)

    async def prepared_call(self):
        """Begins it; what the first picture took."""
        rig = self.rig
        since = rig.start_call()
        measured = await rig.measured(lambda m: m["frames_in"] > 0 and m["frames_out"] > 0, 60, since)
        self.assertEqual(1, self.workers())
        self.note(f"first frame after {measured['first_frame_ms']} ms")
        return [m["type"] for m in rig.messages[since:]]

    async def test_prepared(self):
        await self.prepare()
        told = await self.prepared_call()
        self.assertEqual(ASKED, self.rig.relay.allocations())    # the one that waited
        self.assertEqual(["offer", "candidate"], [kind for kind in told if kind in ("offer", "candidate")])

    async def test_prepared_and_another_pass(self):
        await self.prepare()
        self.rig.prepared = self.rig.relay.make_pass("kiosk-001", 900)
        await self.prepared_call()
        self.assertEqual(2 * ASKED, self.rig.relay.allocations())

    async def test_prepared_and_the_front_goes(self):
        """Its connection is seen to be gone, and the next one is made before there is a call."""
        await self.prepare()
        self.rig.relay.kill_front()
        await self.rig.relay.nginx.wait()
        await self.rig.relay.start_front(self.rig.cast)
        await self.until(lambda: self.rig.relay.allocations() == 2 * ASKED)
        await self.prepared_call()
        self.assertEqual(2 * ASKED, self.rig.relay.allocations())

    async def test_prepared_and_the_front_goes_at_the_answer(self):
        await self.prepare()
        self.rig.relay.kill_front()
        await self.rig.relay.nginx.wait()
        since = len(self.rig.messages)
        self.rig.start_call()
        await self.rig.relay.start_front(self.rig.cast)
        await self.rig.measured(lambda m: m["frames_in"] > 0, 60, since)
        self.assertEqual(1, self.workers())

    def make_rig(self):
        """Another one than the last."""
        self.rigs = getattr(self, "rigs", 0) + 1
        return call_rig.Rig(GIVEN.build, self.rig.out / str(self.rigs))

    async def test_the_staffs_own_voice_does_not_come_back(self):
        if why := call_sound.missing():
            self.skipTest(why)
        without = await call_sound.echo_level(self.make_rig, cancel=False, seconds=5, windows=4, enough=20)
        with_it = await call_sound.echo_level(self.make_rig, cancel=True, seconds=5, windows=12, enough=-20)
        self.note(f"without: {without}; with: {with_it}")
        self.assertGreater(without["echo"], call_sound.LOUD_ENOUGH_DB)
        self.assertGreater(call_sound.returned(without), -5)    # the room is one that needs it
        self.assertGreater(without["staff"] - with_it["staff"], 10)

    async def test_both_are_heard_when_both_speak(self):
        if why := call_sound.missing():
            self.skipTest(why)
        found = await call_sound.double_talk(self.make_rig, seconds=5)
        self.note(found)
        self.assertGreater(found["both"]["echo"], call_sound.LOUD_ENOUGH_DB)
        self.assertGreater(found["both"]["staff"] - found["both"]["voice"], -10)
        self.assertGreater(found["both"]["staff"] - found["staff_alone"]["staff"], 6)

    async def test_a_fan_is_taken_out_of_speech(self):
        if why := call_sound.missing():
            self.skipTest(why)
        before, after = call_sound.ratio_db(await call_sound.noise_levels(self.make_rig, suppress=True, seconds=5))
        self.note(f"speech to noise {before:.1f} dB at the microphone, {after:.1f} dB at the staff's")
        self.assertGreater(after - before, 5)

    async def refused_front(self, **front):
        found = await call_hazards.front_refused(self.rig, **front)
        self.note(found["why"])
        self.assertEqual((0, 0), (found["candidates"], found["carried"]))

    async def test_rogue_ca(self):
        await self.refused_front(**call_hazards.ROGUE_CA)

    async def test_tls12_front(self):
        await self.refused_front(**call_hazards.OLD_TLS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    GIVEN, rest = parser.parse_known_args()
    GIVEN.build, GIVEN.out = GIVEN.build.resolve(), (GIVEN.out / "call").resolve()
    unittest.main(argv=[sys.argv[0], *rest])
