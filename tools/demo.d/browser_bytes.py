"""Every byte that a browser received, by Chromium's own record (--log-net-log with --net-log-capture-mode=Everything),
and what of it is nobody's business.

    browser_bytes.py NET_LOG RESIDENTS ID [--pin N]     looks for the private words of that resident; exit code 1 if found
"""

import argparse
import base64
import dataclasses
import json
import pathlib
import re
import sys
import unicodedata

RECEIVED = "SSL_SOCKET_BYTES_RECEIVED"
# Of a person and of everybody in the household, as the city's file has them.
FIELDS = ("name", "kana", "address", "previous_address", "id", "auth_certificate_sha256")
SELECTORS = re.compile("[\U000E0100-\U000E01EF]")


TWO_KANA = re.compile(r"[ァ-ヺー]{2}")


class NotReadable(Exception):
    """The record says less than was received, so nothing can be concluded from it."""


@dataclasses.dataclass(frozen=True)
class Received:
    size: int           # bytes, decrypted
    said: str           # all of it as text, JSON escapes undone
    messages: list      # what came over WebSockets, one JSON text each


def received(net_log):
    """Raises NotReadable: no bytes at all, or bytes that are compressed."""
    record = json.loads(pathlib.Path(net_log).read_text("utf-8"))
    kind = record["constants"]["logEventTypes"][RECEIVED]
    streams = {}
    for event in record["events"]:
        if event["type"] == kind:
            params = event["params"]
            if "bytes" not in params:
                raise NotReadable("the browser recorded only how many bytes came, not which")
            streams.setdefault(event["source"]["id"], bytearray()).extend(base64.b64decode(params["bytes"]))
    if not streams:
        raise NotReadable("the browser has received nothing")
    for stream in streams.values():
        if found := re.search(rb"(?im)^(content-encoding|sec-websocket-extensions):.*$", stream):
            raise NotReadable(f"what came is compressed: {found[0].decode()}")
    said = "\n".join(stream.decode("utf-8", "replace") for stream in streams.values())
    messages = [unescaped(text) for stream in streams.values() for text in web_socket_messages(bytes(stream))]
    return Received(sum(map(len, streams.values())), unescaped(said), messages)


def web_socket_messages(stream):
    """The text messages (RFC 6455, 5.4) that a server sent on a connection that became a WebSocket."""
    if not stream.startswith(b"HTTP/1.1 101"):
        return
    at = stream.index(b"\r\n\r\n") + 4
    text = None     # of a message whose last frame has not come
    while at + 2 <= len(stream):
        opcode, last, length, at = stream[at] & 15, stream[at] & 128, stream[at + 1], at + 2
        if longer := {126: 2, 127: 8}.get(length):
            length, at = int.from_bytes(stream[at:at + longer], "big"), at + longer
        if opcode == 1 or opcode == 0 and text is not None:
            text = (b"" if opcode == 1 else text) + stream[at:at + length]
            if last:
                yield text.decode("utf-8")
                text = None
        at += length


def unescaped(text):
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def plain(text):
    """As somebody would recognise it: without selectors, widths and spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", SELECTORS.sub("", text))).lower()


def spellings(person):
    """Everything private of a person, with the ways in which a screen would write it."""
    for field in FIELDS:
        if person.get(field):
            yield field, person[field]
    for holder, field in (("domicile", "address"), ("domicile", "head"), ("seal", "engraving")):
        if person.get(holder):
            yield f"{holder}'s {field}", person[holder][field]
    for part in re.split(r"\s+", person["name"]) + re.split(r"\s+", person["kana"]):
        if len(part) > 1:
            yield "part of the name", part
    year, month, day = (int(part) for part in person["birth"].split("-"))
    yield "birth", person["birth"]
    yield "birth", f"{year}年{month}月{day}日"
    for era, first in (("昭和", 1926), ("平成", 1989), ("令和", 2019)):
        if year >= first:
            yield "birth", f"{era}{year - first + 1}年{month}月{day}日"


def leaks(what, people, pin):
    """[(whose field, words)] that stand in what was received. The PIN counts as a number of its own in what was
    mirrored: four digits come by chance in a session's id, in a time, and in the pages' own code. So do two kana in the
    pages' own words (レン in カレンダー): they count in what was mirrored, too."""
    text, mirrored = plain(what.said), plain("\n".join(what.messages))
    found = [(f"{person['id']}: {field}", words) for person in people for field, words in spellings(person)
             if plain(words) in (mirrored if TWO_KANA.fullmatch(plain(words)) else text)]
    for message in what.messages:
        if pin and re.search(rf"(?<![\w.-]){pin}(?![\w.-])", message):
            found.append(("PIN", pin))
        if key := re.search(r'"(digit\.\d|entered|tries_left)"', message):
            found.append(("PIN pad", key[1]))
    return found


def household(people, person):
    return [one for one in people if one is person or person.get("household") and one.get("household") == person["household"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("net_log")
    parser.add_argument("residents")
    parser.add_argument("id")
    parser.add_argument("--pin")
    options = parser.parse_args()
    people = json.loads(pathlib.Path(options.residents).read_text("utf-8"))
    person = next(one for one in people if one["id"] == options.id)
    found = leaks(received(options.net_log), household(people, person), options.pin)
    for whose, words in found:
        print(f"{whose}: {words}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
