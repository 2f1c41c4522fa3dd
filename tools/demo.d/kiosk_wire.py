"""What travels between the processes of the kiosk (firmware/message): CBOR (RFC 8949) in packets of SOCK_SEQPACKET.

Written from the RFC and framing.h, not from the firmware's codec: both could be wrong in the same way.
"""

import asyncio
import struct

MOST_IN_PACKET = 60 * 1024 - 1


def _head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for extra, size, form in ((24, 1, ">B"), (25, 2, ">H"), (26, 4, ">I"), (27, 8, ">Q")):
        if value < 1 << 8 * size:
            return bytes([major << 5 | extra]) + struct.pack(form, value)
    raise ValueError(value)


def encode(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(encode(key) + encode(one) for key, one in value.items())
    raise TypeError(type(value))


def _float(data, at, extra):
    form, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[extra]
    return struct.unpack_from(form, data, at)[0], at + size


def _decode(data, at):
    major, extra = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if extra in (20, 21, 22):
            return {20: False, 21: True, 22: None}[extra], at
        return _float(data, at, extra)
    value = extra
    if extra >= 24:
        size = 1 << (extra - 24)
        value = int.from_bytes(data[at:at + size], "big")
        at += size
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        part = data[at:at + value]
        return (part.decode() if major == 3 else part), at + value
    items = []
    for _ in range(value * (2 if major == 5 else 1)):
        item, at = _decode(data, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if major == 5 else items), at


def decode(data):
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError("more than one value")
    return value


class Channel:
    """This end of a socket pair with one of the kiosk's processes."""

    def __init__(self, sock):
        sock.setblocking(False)
        self._socket = sock
        self._begun = b""

    def send(self, kind, **fields):
        data = encode({"type": kind, **fields})
        parts = [data[at:at + MOST_IN_PACKET] for at in range(0, len(data), MOST_IN_PACKET)]
        for number, part in enumerate(parts):
            self._socket.send((b"\0" if number == len(parts) - 1 else b"\1") + part)

    async def receive(self):
        """The next message, or None when the other end is gone."""
        loop = asyncio.get_running_loop()
        while True:
            packet = await loop.sock_recv(self._socket, 1 << 17)
            if not packet:
                return None
            self._begun += packet[1:]
            if packet[0] == 0:
                data, self._begun = self._begun, b""
                return decode(data)

    def close(self):
        self._socket.close()
