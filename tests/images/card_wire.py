"""The wire between QEMU's card reader and the emulated My Number card: VSCard's protocol on the one side, vpcd's on the
other. The reader is a real USB CCID device to the guest; the card is tools/emulators/card, which takes this for a vpcd.

QEMU's reader speaks T=0 only, and at the level of whole APDUs; the card's answer to reset, which offers T=1, is given
without that offer.
"""

import contextlib
import socket
import struct
import threading

# VSCard's messages: type, reader, length; then so many bytes.
INIT, ERROR, READER_ADD, ATR, CARD_REMOVE, APDU = 1, 2, 3, 5, 6, 7
READER = 0
# vpcd's controls: one byte each.
POWER_ON, RESET, GET_ATR = 1, 2, 4


def atr_of_t0(atr):
    """The same historical bytes, offered by T=0 alone."""
    if not atr or atr[0] not in (0x3B, 0x3F):
        raise ValueError(f"this is no answer to reset: {atr.hex()}")
    count = atr[1] & 0x0F
    place, offered = 2, atr[1] >> 4
    while offered:
        place += bin(offered & 0x7).count("1")
        if not offered & 0x8:
            break
        offered = atr[place] >> 4
        place += 1
    return bytes([0x3B, count]) + atr[place:place + count]


class CardWire:
    """`reader`: path of QEMU's socket (a chardev that listens). `port`: where the card connects while it is in."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._reader = None
        self._card = None
        self._ends = False
        self._lock = threading.Lock()
        self.apdus = 0          # that the reader sent to the card
        self._threads = [threading.Thread(target=self._take_cards, daemon=True)]
        self._threads[0].start()

    def plug_in(self, path):
        """Connects to the reader of a machine that was switched on."""
        self._reader = socket.socket(socket.AF_UNIX)
        self._reader.connect(str(path))
        self._send(INIT, b"VSCD" + struct.pack(">II", 2, 0))
        self._send(READER_ADD, b"madoguchi")
        if self._card:
            self._lay_down()
        thread = threading.Thread(target=self._carry, args=(self._reader,), daemon=True)
        thread.start()

    def _send(self, kind, data=b""):
        with contextlib.suppress(OSError, AttributeError):
            self._reader.sendall(struct.pack(">III", kind, READER, len(data)) + data)

    def _take_cards(self):
        while not self._ends:
            try:
                card, _ = self._listener.accept()
            except OSError:
                return
            card.settimeout(20)
            with self._lock:
                self._card = card
            self._lay_down()
            self._wait_for_removal(card)

    def _lay_down(self):
        """Powered, as a reader does with a card that it finds."""
        with self._lock:
            self._card.sendall(struct.pack(">HB", 1, POWER_ON))
            atr = self._exchange(bytes([GET_ATR]))
        if atr:
            self._send(ATR, atr_of_t0(atr))

    def _wait_for_removal(self, card):
        """Ends when the card closed its connection: to vpcd that is the card being taken away."""
        while True:
            try:
                with contextlib.suppress(socket.timeout):
                    if card.recv(1, socket.MSG_PEEK) == b"":
                        break
                    threading.Event().wait(0.02)    # an answer, which _exchange takes
            except OSError:
                break
        with self._lock:
            self._card = None
        card.close()
        self._send(CARD_REMOVE)

    def _exchange(self, payload):
        """The card's answer; nothing when it is gone. With the lock."""
        if self._card is None:
            return b""
        try:
            self._card.sendall(struct.pack(">H", len(payload)) + payload)
            head = self._exactly(self._card, 2)
            return self._exactly(self._card, struct.unpack(">H", head)[0]) if head else b""
        except OSError:
            return b""

    @staticmethod
    def _exactly(end, count):
        got = b""
        while len(got) < count:
            more = end.recv(count - len(got))
            if not more:
                return b""
            got += more
        return got

    def _carry(self, reader):
        while True:
            try:
                head = self._exactly(reader, 12)
                if not head:
                    return
                kind, _, length = struct.unpack(">III", head)
                data = self._exactly(reader, length)
            except OSError:
                return
            if kind == APDU:
                self.apdus += 1
                with self._lock:
                    answer = self._exchange(data)
                if answer:
                    self._send(APDU, answer)

    def unplug(self):
        if self._reader:
            self._reader.close()
            self._reader = None

    def close(self):
        self._ends = True
        self._listener.close()
        self.unplug()
