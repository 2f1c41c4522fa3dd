"""What a call must refuse and what it must survive, each with a call_rig.Rig of its own. Gives what was found; who asks
judges it. The last ones end with the call standing, so that more can be looked at."""

import asyncio
import os
import re
import signal
import time

WRONG_CERTIFICATE = "the peer's certificate is not the one of its description"
ROGUE_CA = {"front_certificate": "terminal"}    # of another CA of the same folder
OLD_TLS = {"protocols": "TLSv1.2"}
CONNECTING_S = 60


def corrupt(sdp):
    """Another certificate's fingerprint, as whoever sits between would write it."""
    return re.sub(r"(a=fingerprint:sha-256 )([0-9A-F:]+)", lambda m: m[1] + m[2][::-1], sdp)


async def connect(rig, **options):
    """Until both sides have frames."""
    await rig.open_staff(**options)
    rig.start_call()
    await rig.state("connected", CONNECTING_S)
    return await rig.measured(lambda m: m["frames_in"] > 0 and m["frames_out"] > 0)


async def fingerprint_corrupted(rig):
    await rig.start()
    await rig.open_staff()
    rig.change_answer = corrupt
    rig.start_call()
    failed = await rig.state("failed", CONNECTING_S)
    report = await rig.staff.ask("report")
    measured = [message for message in rig.messages if message["type"] == "measured"]
    rig.change_answer = lambda sdp: sdp
    return {"why": failed["why"], "frames_staff": report["frames"] + report.get("in_video", {}).get("decoded", 0),
            "frames_kiosk": sum(one["frames_in"] + one["frames_out"] for one in measured),
            "shown": rig.boards.picture(0) is not None}


async def front_refused(rig, **front):
    """front: what is wrong with it, as Relay.start_front takes it."""
    await rig.start(**front)
    await rig.open_staff()
    rig.start_call()
    refused = await rig.link.event("relay_failed", timeout=CONNECTING_S)
    await rig.state("failed", CONNECTING_S)
    return {"why": refused["why"],
            "candidates": sum(message["type"] == "candidate" for message in rig.messages),
            "carried": sum(event["event"] == "relay_carried" for event in rig.link.events)}


async def back_after(rig, killed):
    """Starts the next connection: ms from the kill to the first picture on both sides."""
    since, began = rig.start_call(), time.monotonic()
    measured = await rig.measured(lambda m: m["frames_in"] > 0, CONNECTING_S, since)
    async with asyncio.timeout(CONNECTING_S):
        while (report := await rig.staff.ask("report"))["frames"] == 0:
            await asyncio.sleep(0.1)
    at_staff = report["first_at"] / 1000 - (time.time() - time.monotonic()) - killed
    return {"back_at_kiosk_ms": round((began - killed) * 1000) + measured["first_frame_ms"],
            "back_at_staff_ms": round(at_staff * 1000)}


async def worker_killed(rig):
    """kiosk-call's process with the codecs in it."""
    await rig.start()
    await connect(rig)
    since = len(rig.messages)
    killed = time.monotonic()
    os.kill(rig.workers()[0], signal.SIGKILL)
    ready = await rig.wait_for(lambda m: m["type"] == "ready", since=since)
    return {"worker": ready["worker"] - rig.messages[0]["worker"], "self_shown": rig.boards.picture(1) is not None,
            "noticed_ms": round((ready["at"] - killed) * 1000), **await back_after(rig, killed)}


async def way_lost(rig, kill, start_again):
    """Something between the call and the relay is killed, and started again once the call has noticed, as whoever
    looks after it does."""
    await rig.start()
    await connect(rig)
    since = len(rig.messages)
    killed = time.monotonic()
    kill()
    failed = await rig.state("failed", CONNECTING_S, since)
    await start_again()
    return {"why": failed["why"], "noticed_ms": round((failed["at"] - killed) * 1000), **await back_after(rig, killed)}


async def front_killed(rig):
    return await way_lost(rig, lambda: rig.relay.kill_front(), lambda: rig.relay.start_front(rig.cast))


async def link_killed(rig):
    """kiosk-link alone."""
    return await way_lost(rig, lambda: rig.link.kill(), rig.start_link)


async def call_killed(rig):
    """The whole of kiosk-call, keeper and workers; whoever looks after it starts it again."""
    await rig.start()
    await connect(rig)
    last = rig.messages[0]["worker"]
    since = len(rig.messages)
    killed = time.monotonic()
    rig.call.kill()
    await rig.call.wait()
    await rig.start_call_process()
    ready = await rig.wait_for(lambda m: m["type"] == "ready", CONNECTING_S, since)
    await rig.take_boards()
    return {"later": ready["worker"] > last, "ready_ms": round((ready["at"] - killed) * 1000),
            **await back_after(rig, killed)}
