#!/usr/bin/env python3
"""Lays the foreign card on vsmartcard's virtual reader, where it stays until standard input ends.

    card_on_reader.py --vpcd HOST:PORT --card DIR --pin N

DIR is what issuer.py made. Says "ready", and of each APDU its header and the status word that answered it.
"""

import argparse
import pathlib
import socket
import sys
import threading

from jpki_card import JpkiCard


def answer_to_reset(history):
    """T=0 and T=1 offered, as PC/SC readers say for ISO 14443-4; ends with the check byte (ISO/IEC 7816-3, 8.2.5)."""
    body = bytes([0x80 | len(history), 0x80, 0x01]) + history
    check = 0
    for byte in body:
        check ^= byte
    return b"\x3b" + body + bytes([check])


ATR = answer_to_reset(b"ALIEN")
# vpcd's messages are a length of two bytes and so many bytes; those of one byte are no APDUs.
POWER_OFF, POWER_ON, RESET, GET_ATR = (bytes([code]) for code in (0, 1, 2, 4))


def messages(reader):
    """What vpcd says, until it hangs up."""
    while len(head := reader.read(2)) == 2:
        yield reader.read(int.from_bytes(head, "big"))


def serve(connection, card):
    for message in messages(connection.makefile("rb")):
        if message in (POWER_OFF, POWER_ON, RESET):
            card.power_off()
            continue
        if message == GET_ATR:
            answer = ATR
        else:
            answer = card.answer(message)
            # Never what follows the header: it may be a PIN.
            print("apdu", message[:4].hex(), answer[-2:].hex(), flush=True)
        connection.sendall(len(answer).to_bytes(2, "big") + answer)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--vpcd", required=True)
    arguments.add_argument("--card", type=pathlib.Path, required=True)
    arguments.add_argument("--pin", required=True)
    given = arguments.parse_args()
    host, port = given.vpcd.split(":")
    card = JpkiCard((given.card / "user.der").read_bytes(), (given.card / "ca.der").read_bytes(),
                    given.card / "user.key", given.pin)
    with socket.create_connection((host, int(port))) as connection:
        print("ready", flush=True)
        threading.Thread(target=serve, args=(connection, card), daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
