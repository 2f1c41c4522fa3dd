#!/usr/bin/env python3
"""kiosk-call against Chromium: the same pictures, the same rate, the same far end (Chromium), one after the other.

The kiosk's call goes its whole way: empty namespace, kiosk-link's TLS, nginx, coturn. Chromium's goes straight over
loopback, except under bad lines, where both go through coturn's TCP port and the same proxy. What the machine does
beside this shows in both.
"""

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import random
import re
import socket
import statistics
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tools/demo.d"))

import call_rig                                 # noqa: E402
import call_sound                               # noqa: E402
from call_rig import Rig, Staff                 # noqa: E402

SIZES = {"VGA": (640, 480, 1000, "p480"), "720p": (1280, 720, 2000, "p720")}
TICK = os.sysconf("SC_CLK_TCK")


def family(root):
    """The process and all below it."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found


def cpu_s(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def pss_mb(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += int(re.search(r"Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text())[1])
    return total / 1024


class Line:
    """A TCP proxy that is a line: so slow, so narrow, and now and then a segment must be sent again."""

    def __init__(self, target_port):
        self._target = target_port
        self.kbps, self.delay_s, self.loss = None, 0.0, 0.0
        self._random = random.Random(7)
        self._tasks = set()

    async def open(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)     # its queue is the one below
        listener.bind(("127.0.0.1", 0))
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=8 << 10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=8 << 10)
            far_writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)
        except OSError:
            return writer.close()
        for one in (self._carry(reader, far_writer), self._carry(far_reader, writer)):
            task = asyncio.create_task(one)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader, writer):
        """A router's queue of 60 kB at most, then the sender is held up."""
        queue, loop = asyncio.Queue(), asyncio.get_running_loop()
        room = asyncio.Semaphore(40)

        async def deliver():
            last = 0.0
            while (item := await queue.get()) is not None:
                due, data = item
                last = max(last, due)
                await asyncio.sleep(max(0.0, last - loop.time()))
                writer.write(data)
                room.release()
            writer.close()

        deliverer = asyncio.create_task(deliver())
        free_at = loop.time()
        with contextlib.suppress(OSError):
            while data := await reader.read(1500):
                await room.acquire()
                now = loop.time()
                free_at = max(free_at, now) + (len(data) * 8 / (self.kbps * 1000) if self.kbps else 0)
                again = 2 * self.delay_s + 0.03 if self._random.random() < self.loss else 0
                queue.put_nowait((free_at + self.delay_s + again, data))
                if free_at - now > 0.05:
                    await asyncio.sleep(free_at - now - 0.05)
        queue.put_nowait(None)
        with contextlib.suppress(OSError):
            await deliverer

    def close(self):
        self._server.close()
        for task in self._tasks:
            task.cancel()


async def settle(seconds):
    await asyncio.sleep(seconds)


def middle(values):
    return statistics.median(values) if values else float("nan")


async def kiosk_run(out, build, size, seconds):
    width, height, kbps, most = SIZES[size]
    rig = Rig(build, out / f"kiosk-{size}")
    try:
        await rig.start(width=width, height=height, stamp=True)
        await rig.open_staff(width=width, height=height, kbps=kbps, read=True)
        firsts = []
        for _ in range(3):     # each with a warm worker, begun while the resident waits
            rig.prepare_call()
            await settle(2)
            since = rig.start_call(most)
            measured = await rig.measured(lambda m: m["frames_in"] > 0, 60, since)
            firsts.append(measured["first_frame_ms"])
            if len(firsts) < 3:
                rig.channel.send("end")
                await rig.state("ended", since=since)
                await rig.wait_for(lambda m: m["type"] == "ready", since=since)
                await settle(4)     # until the next one is warm, too
        await settle(14)            # until the rate is what it shall be
        worker = rig.workers()[0]
        call, link = {worker}, {rig.link.pid}
        before = cpu_s(call), cpu_s(link), time.monotonic()
        await settle(seconds)
        passed = time.monotonic() - before[2]
        report = await rig.staff.ask("report")
        late = report["latencies"][-int(seconds * 25):]
        cpu, link_cpu = (cpu_s(call) - before[0]) / passed, (cpu_s(link) - before[1]) / passed
        return {"cpu": cpu, "cpu_all": cpu + link_cpu, "load": os.getloadavg()[0],
                "memory": pss_mb(call), "memory_all": pss_mb(family(rig.call.pid)), "first_ms": middle(firsts),
                "latency": middle(late), "width": report["width"],
                "kbps": rig.messages[-1].get("send_kbps")}
    finally:
        await rig.end()


async def chromium_pair(rig, options):
    """Two browsers in a call; the first one stands where the kiosk stands."""
    caller, staff = Staff(rig, "caller"), Staff(rig, "callee")
    picture, sound = rig.out / "both.y4m", rig.out / "both.wav"
    await call_rig.output_of(rig.bin / "emulator-camera", "--picture", picture, "--sound", sound, "--frames", "90",
                             "--width", options["width"], "--height", options["height"])
    await caller.open(picture, sound)
    await staff.open(picture, sound)
    waiting, ready = [], asyncio.Event()

    async def to_staff(line, candidate):
        await ready.wait()
        await staff.ask("candidate", candidate=candidate, line=line)

    async def to_caller(line, candidate):
        await ready.wait()
        await caller.ask("candidate", candidate=candidate, line=line)

    caller.on_candidate = lambda line, text: waiting.append(asyncio.create_task(to_staff(line, text))) or settle(0)
    staff.on_candidate = lambda line, text: waiting.append(asyncio.create_task(to_caller(line, text))) or settle(0)

    async def call():
        ready.clear()
        offer = await caller.ask("make_offer", options=options)
        answer = await staff.ask("take_offer", sdp=offer, options={**options, "turn": None, "canvas": False})
        await caller.ask("take_answer", sdp=answer, options=options)
        ready.set()
        for _ in range(400):
            report = await caller.ask("report")
            if report["frames"] > 0:
                return report["first_ms"]
            await asyncio.sleep(0.025)
        raise RuntimeError("Chromium does not reach Chromium")
    return caller, staff, call


async def chromium_run(out, build, size, seconds):
    width, height, kbps, _ = SIZES[size]
    rig = Rig(build, out / f"chromium-{size}")
    options = {"width": width, "height": height, "kbps": kbps, "codec": "H264"}
    try:
        caller, staff, call = await chromium_pair(rig, options)
        firsts = [await call() for _ in range(3)]
        await settle(14)
        pids = family(caller.program.pid) - {caller.program.pid}
        before = cpu_s(pids), time.monotonic()
        await settle(seconds)
        passed = time.monotonic() - before[1]
        result = {"cpu": (cpu_s(pids) - before[0]) / passed, "memory": pss_mb(pids), "first_ms": middle(firsts)}
        report = await staff.ask("report")
        result["width"] = report["width"]
        options.update(canvas=True, read=True)
        await call()
        await settle(seconds)
        result["latency"] = middle((await staff.ask("report"))["latencies"][-int(seconds * 25):])
        return result
    finally:
        await rig.end()


LINES = {"2 Mbit/s, 25 ms": (2000, 0.025, 0), "800 kbit/s, 25 ms": (800, 0.025, 0), "400 kbit/s, 50 ms": (400, 0.05, 0),
         "5 Mbit/s, 25 ms, 2 % lost": (5000, 0.025, 0.02)}


def fps(times, seconds):
    """Frames in the last seconds of what was seen."""
    return sum(1 for at in times if at > time.time() * 1000 - seconds * 1000) / seconds


async def through_lines(line, staff, seconds):
    """fps on each line, and how long until 20 fps are there again on a good one."""
    out = {}
    for name, (kbps, delay_s, loss) in LINES.items():
        line.kbps, line.delay_s, line.loss = kbps, delay_s, loss
        await settle(seconds)
        out[name] = fps((await staff.ask("report"))["times"], seconds / 2)
    line.kbps, line.delay_s, line.loss = 100, 0.1, 0
    await settle(6)
    line.kbps, line.delay_s, began = None, 0.0, time.monotonic()
    out["recovery_s"] = float("inf")    # not within 40 s
    while time.monotonic() - began < 40:
        if fps((await staff.ask("report"))["times"], 1) >= 20:
            out["recovery_s"] = time.monotonic() - began
            break
        await asyncio.sleep(0.1)
    return out


async def kiosk_lines(out, build, seconds):
    rig = Rig(build, out / "kiosk-lines")
    line = None
    try:
        start_front = rig.relay.start_front

        async def start_with_line(cast, *given):
            nonlocal line
            await start_front(cast, *given)
            if line is None:
                line = await Line(rig.relay.port).open()
        rig.relay.start_front = start_with_line
        write = rig.write_config

        def write_with_line():
            write()
            rig.config.write_text(rig.config.read_text().replace(rig.relay.front, f"127.0.0.1:{line.port}"))
        rig.write_config = write_with_line
        await rig.start(width=640, height=480)
        await rig.open_staff(width=640, height=480, kbps=300)
        since = rig.start_call("p480")
        await rig.measured(lambda m: m["frames_out"] > 30, 60, since)
        return await through_lines(line, rig.staff, seconds)
    finally:
        if line:
            line.close()
        await rig.end()


async def chromium_lines(out, build, seconds):
    rig = Rig(build, out / "chromium-lines")
    line = None
    try:
        await call_rig.output_of(call_rig.ROOT / "tools/pki", rig.pki)
        await rig.relay.start(rig.cast)
        line = await Line(rig.relay.turn_port).open()
        user, password = rig.relay.make_pass("bench")
        turn = {"urls": f"turn:127.0.0.1:{line.port}?transport=tcp", "username": user, "credential": password}
        options = {"width": 640, "height": 480, "kbps": 1000, "codec": "H264", "turn": turn}
        _, staff, call = await chromium_pair(rig, options)
        await call()
        return await through_lines(line, staff, seconds)
    finally:
        if line:
            line.close()
        await rig.end()


async def sound_run(out, build, seconds):
    """What the staff hear of the kiosk's room, with canceller and suppressor and without, in dB."""
    count = iter(range(100))

    def make_rig():
        return Rig(build, out / f"sound-{next(count)}")
    without = await call_sound.echo_level(make_rig, False, seconds)
    with_it = await call_sound.echo_level(make_rig, True, seconds, windows=3)
    talk = await call_sound.double_talk(make_rig, seconds)
    before, after = call_sound.ratio_db(await call_sound.noise_levels(make_rig, True, seconds))
    _, plain = call_sound.ratio_db(await call_sound.noise_levels(make_rig, False, seconds))
    return {"echo_heard": with_it["echo"], "echo_without": without["staff"], "echo_with": with_it["staff"],
            "erle": without["staff"] - with_it["staff"], "talk_heard": talk["both"]["voice"],
            "talk_alone": talk["resident_alone"]["staff"], "talk_both": talk["both"]["staff"],
            "snr_heard": before, "snr_without": plain, "snr_with": after}


def print_sound(runs):
    def show(name, key):
        print(f"  {name:<66}{spread(runs, key):>26}", flush=True)
    print("The kiosk's room, as the staff hear it, dB")
    show("the staff's voice at the kiosk's microphone, dBFS", "echo_heard")
    show("  that comes back without the canceller, dBFS", "echo_without")
    show("  with it, dBFS", "echo_with")
    show("  taken out, dB (goal: more than 10)", "erle")
    show("the resident's voice at the microphone, dBFS", "talk_heard")
    show("  at the staff's, alone, dBFS", "talk_alone")
    show("  at the staff's, while the staff speak, too, dBFS", "talk_both")
    show("speech to a fan's noise at the microphone, dB", "snr_heard")
    show("  at the staff's without the suppressor, dB", "snr_without")
    show("  with it, dB", "snr_with")


def spread(runs, key):
    """Median, and the least and the most of several."""
    values = sorted(run[key] for run in runs)
    text = f"{statistics.median(values):.2f}"
    return text if len(values) == 1 else f"{text} ({values[0]:.2f}-{values[-1]:.2f})"


def row(name, pairs, key, goal="", mine=None):
    """mine: another key of the kiosk's."""
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ratio = middle([run[mine or key] for run in ours]) / middle([run[key] for run in theirs])
    print(f"  {name:<34}{spread(ours, mine or key):>26}{spread(theirs, key):>26}{ratio:8.2f}  {goal}", flush=True)


def title(text):
    print(f"{text:<36}{'kiosk':>26}{'Chromium':>26}{'ratio':>8}", flush=True)


def print_sizes(found):
    for size in (one for one in SIZES if found.get(one)):
        pairs = found[size]
        title(f"{size}: {pairs[0][0]['width']} and {pairs[0][1]['width']} pixels wide")
        row("CPU seconds a second", pairs, "cpu", "goal 0.5")
        row("  and kiosk-link's TLS", pairs, "cpu", mine="cpu_all")
        row("first frame, warm, ms", pairs, "first_ms", "goal 300 ms")
        row("p50 latency to the staff, ms", pairs, "latency", "goal Chromium's + 10")
        row("memory of the call, MB (PSS)", pairs, "memory", "goal 0.2")
        row("  with keeper and the next worker", pairs, "memory", mine="memory_all")


def print_lines(pairs):
    title("Frames a second at the staff's, VGA")
    for name in LINES:
        row(name, pairs, name)
    row("20 fps again after 100 kbit/s, s", pairs, "recovery_s")


async def main():
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--build", type=pathlib.Path, required=True)
    given.add_argument("--out", type=pathlib.Path, required=True)
    given.add_argument("--seconds", type=int, default=12)
    given.add_argument("--runs", type=int, default=1, help="pairs, one after the other; their median and spread are shown")
    given.add_argument("--only", choices=[*SIZES, "lines", "sound"])
    given = given.parse_args()
    out = given.out.resolve()
    found = {}
    for _ in range(given.runs):
        for size in (one for one in SIZES if given.only in (None, one)):
            pair = [await kiosk_run(out, given.build, size, given.seconds),
                    await chromium_run(out, given.build, size, given.seconds)]
            found.setdefault(size, []).append(pair)
        if given.only in (None, "lines"):
            pair = [await kiosk_lines(out, given.build, given.seconds), await chromium_lines(out, given.build, given.seconds)]
            found.setdefault("lines", []).append(pair)
        if given.only in (None, "sound") and not call_sound.missing():
            found.setdefault("sound", []).append(await sound_run(out, given.build, given.seconds))
        (out / f"call_bench{'-' + given.only if given.only else ''}.json").write_text(json.dumps(found, indent=1), "utf-8")
    print_sizes(found)
    if found.get("lines"):
        print_lines(found["lines"])
    if found.get("sound"):
        print_sound(found["sound"])
    print(f"load of the machine at the end: {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    asyncio.run(main())
