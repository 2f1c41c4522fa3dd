"""A relay on one wire of the kiosk: passes every byte on, counts the boundaries between messages, and breaks the wire
at one of them.

A boundary is the beginning of a burst: bytes that come after bytes of the other direction, or first on a connection.
To the relay the bytes of a TLS connection are just bytes, so its handshake has boundaries, too. Only "100 Continue" is
none: whether it comes before the rest of a request or after it is a matter of microseconds.
"""

import asyncio
import contextlib
import socket
import struct
import urllib.parse

# What can happen at a boundary.
ACTIONS = {
    "rst": "the connection is reset, the message is lost",
    "fin": "the connection is closed in order, the message is lost",
    "stall": "nothing comes through this connection any more",
    "truncate": "half of the message, then the connection is closed in order",
    "dribble": "the message comes one byte at a time",
    "lost": "the message is swallowed after its sender has finished, then the connection is closed",
    "down": "the wire is cut until the kiosk has started again",
}
PORTS = {"ipp": 631, "http": 80, "https": 443}
QUIET_S = 0.1
NO_MESSAGE = b"HTTP/1.1 100 Continue\r\n\r\n"


class WireRelay:
    def __init__(self, url):
        self._target = urllib.parse.urlsplit(url)
        self._server = None
        self._port = 0
        self._serving = set()       # tasks
        self._writers = set()
        self._last = None           # (connection, direction) of the burst that is passing
        self._order = None          # (boundary, action)
        self.boundaries = []        # "to peer 517 bytes"
        self._struck = asyncio.Event()

    @property
    def struck(self):
        return self._struck.is_set()

    async def strike(self):
        """Waits until the order was done."""
        await self._struck.wait()

    @property
    def url(self):
        return self._target._replace(netloc=f"127.0.0.1:{self._port}").geturl()

    async def open(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def begin(self, order=None):
        """A new run: counts from one."""
        self._order, self._last, self.boundaries = order, None, []
        self._struck.clear()

    async def mend(self):
        self._order = None
        if self._server is None:
            await self.open()

    async def close(self):
        self._cut()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _cut(self):
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            reset(writer)

    async def _serve(self, reader, writer):
        self._serving.add(asyncio.current_task())
        both = [writer]
        try:
            peer_reader, peer_writer = await asyncio.open_connection(
                self._target.hostname, self._target.port or PORTS[self._target.scheme])
            both.append(peer_writer)
            self._writers |= set(both)
            connection = Connection(self, writer, peer_writer)
            await asyncio.gather(connection.carry(reader, peer_writer, "to peer"),
                                 connection.carry(peer_reader, writer, "to kiosk"))
        except OSError:
            reset(writer)
        finally:
            for each in both:
                each.close()
            self._writers -= set(both)
            self._serving.discard(asyncio.current_task())

    def strikes(self, connection, direction, size):
        """Counts; the action that is due at this burst, or None."""
        if self._last == (connection, direction):
            return None
        self._last = (connection, direction)
        self.boundaries.append(f"{direction} {size} bytes")
        if self._order and not self.struck and len(self.boundaries) == self._order[0]:
            self._struck.set()
            return self._order[1]
        return None


class Connection:
    def __init__(self, relay, *writers):
        self._relay = relay
        self._writers = writers
        self._stalled = False

    async def carry(self, reader, writer, direction):
        dribbles = False
        with contextlib.suppress(OSError):
            while part := await reader.read(1 << 16):
                last = self._relay._last
                action = self._relay.strikes(self, direction, len(part)) if part != NO_MESSAGE else None
                dribbles = action == "dribble" or (dribbles and last == (self, direction))
                if self._stalled:
                    continue
                if action and action != "dribble":
                    await self._break(action, part, reader, writer)
                elif dribbles:
                    await dribble(part, writer)
                else:
                    writer.write(part)
                    await writer.drain()
            if not self._stalled:
                writer.write_eof()

    async def _break(self, action, part, reader, writer):
        self._stalled = True    # what still comes is swallowed
        if action == "rst":
            for each in self._writers:
                reset(each)
        elif action == "down":
            self._relay._cut()
        elif action == "lost":
            await swallow(reader)
        elif action == "truncate":
            writer.write(part[:len(part) // 2])
            await writer.drain()
        if action in ("fin", "lost", "truncate"):
            for each in self._writers:
                each.close()


async def swallow(reader):
    with contextlib.suppress(asyncio.TimeoutError):
        more = True
        while more:
            async with asyncio.timeout(QUIET_S):
                more = await reader.read(1 << 16)


async def dribble(part, writer):
    for at in range(len(part)):
        writer.write(part[at:at + 1])
        if at % 64 == 0:
            await writer.drain()
            await asyncio.sleep(0)


def reset(writer):
    """The other end sees a reset, not an orderly end."""
    if (wire := writer.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
