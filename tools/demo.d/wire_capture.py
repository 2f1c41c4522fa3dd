"""What goes over loopback to and from some TCP ports, as packet sockets see it: needs root, and nothing installed."""

import asyncio
import contextlib
import os
import pathlib
import socket
import struct

SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
ROOM = 64 << 20     # none may be lost
# TLS records of a TLS 1.3 connection: the hellos in clear, change_cipher_spec for middleboxes, then application data.
KINDS, VERSIONS, LONGEST = (0x14, 0x15, 0x16, 0x17), (0x0301, 0x0303), (1 << 14) + 256
TLS_1_3 = b"\x03\x04"


class WireCapture:
    def __init__(self, *ports):
        self._ports = ports
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        self._socket.bind(("lo", 0))
        self._socket.setblocking(False)
        self.streams = {}       # (source port, target port) -> {sequence number: payload}
        self.bytes = 0

    @classmethod
    def begin(cls, *ports):
        """Reads along while the loop runs; None for somebody who may not."""
        if os.geteuid() != 0:
            return None
        capture = cls(*ports)
        asyncio.get_running_loop().add_reader(capture._socket, capture.take)
        return capture

    def take(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self._note(self._socket.recv(1 << 17))

    def _note(self, frame):
        if frame[12:14] != b"\x08\x00" or frame[23] != socket.IPPROTO_TCP:
            return
        total = struct.unpack_from(">H", frame, 16)[0]
        tcp = 14 + (frame[14] & 15) * 4
        source, target, sequence = struct.unpack_from(">HHI", frame, tcp)
        if source not in self._ports and target not in self._ports:
            return
        payload = frame[tcp + (frame[tcp + 12] >> 4) * 4:14 + total]
        if payload and self.streams.setdefault((source, target), {}).setdefault(sequence, payload) is payload:
            self.bytes += len(payload)

    def close(self):
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def records(self):
        """(records as TLS 1.3 has them, others) over all streams; a stream is read up to its first gap."""
        good = bad = 0
        for parts in self.streams.values():
            found, others = records_of(joined(parts))
            good, bad = good + found, bad + others
        return good, bad


def joined(parts):
    """The stream's bytes up to its first gap: what the kernel did not show cannot be cut into records."""
    data, expected = bytearray(), None
    for sequence in sorted(parts):
        if expected is not None and sequence > expected:
            break
        data += parts[sequence][0 if expected is None else expected - sequence:]
        expected = max(expected or 0, sequence + len(parts[sequence]))
    return bytes(data)


def records_of(data):
    good = 0
    while len(data) >= 5:
        kind, version, size = struct.unpack_from(">BHH", data)
        if kind not in KINDS or version not in VERSIONS or size > LONGEST:
            return good, 1
        good, data = good + 1, data[5 + size:]
    return good, 0


def server_hello_is_1_3(data):
    """Whether the server chose TLS 1.3: its supported_versions (43) says so, in clear."""
    return data[:1] == b"\x16" and b"\x00\x2b\x00\x02" + TLS_1_3 in data[:5 + struct.unpack_from(">H", data, 3)[0]]


def interfaces_of(pid):
    """Of the network namespace that the process is in."""
    lines = pathlib.Path(f"/proc/{pid}/net/dev").read_text("ascii").splitlines()[2:]
    return sorted(line.split(":")[0].strip() for line in lines)
