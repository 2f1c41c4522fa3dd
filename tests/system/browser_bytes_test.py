#!/usr/bin/env python3
"""The search for private words in what a browser received: it must find them however they are written, and say so when
the record cannot be read."""

import base64
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools/demo.d"))

import browser_bytes    # noqa: E402

PERSON = {"id": "toyonaka-0001", "name": "葛\U000E0102城　健一", "kana": "カツラギ　ケンイチ", "birth": "1978-04-12",
          "address": "大阪府豊中市待兼台一丁目8番12号", "auth_certificate_sha256": "ab" * 32}
OTHER = {"id": "toyonaka-0002", "name": "葛\U000E0102城　美咲", "kana": "カツラギ　ミサキ", "birth": "2010-01-02",
         "address": PERSON["address"]}
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(text):
    payload = text.encode()
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + payload


class BrowserBytes(unittest.TestCase):
    def received(self, *streams, more=None):
        events = [{"type": 7, "source": {"id": number}, "params": {"bytes": base64.b64encode(part).decode()}}
                  for number, stream in enumerate(streams) for part in (stream[:20], stream[20:])]
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "log.json"
            log.write_text(json.dumps({"constants": {"logEventTypes": {browser_bytes.RECEIVED: 7, "OTHER": 8}},
                                       "events": events + (more or [])}), "utf-8")
            return browser_bytes.received(log)

    def leaks(self, message, pin="1234"):
        return [whose for whose, _ in browser_bytes.leaks(self.received(UPGRADE + frame(message)), [PERSON, OTHER], pin)]

    def test_nothing_private(self):
        self.assertEqual([], self.leaks('{"type":"mirror","screen":{"title":{"key":"review.title"}}}'))

    def test_each_spelling_is_found(self):
        for words in ("葛\U000E0102城　健一", "葛城健一", "葛城 健一", "健一", "ｶﾂﾗｷﾞ", "ケンイチ", "1978-04-12", "1978年4月12日",
                      "昭和53年4月12日", PERSON["address"], "AB" * 32):
            with self.subTest(words):
                self.assertIn(PERSON["id"], "".join(self.leaks(json.dumps({"literal": words}, ensure_ascii=False))))
                self.assertIn(PERSON["id"], "".join(self.leaks(json.dumps({"literal": words}))))      # \uXXXX

    def test_of_the_household_too(self):
        self.assertEqual(["toyonaka-0002: part of the name"], self.leaks('{"literal":"美咲"}'))

    def test_in_a_page_too(self):
        page = "HTTP/1.1 200 OK\r\n\r\n<p>葛城健一</p>".encode()
        self.assertTrue(browser_bytes.leaks(self.received(page), [PERSON], None))

    def test_two_kana_are_found_in_messages_only(self):
        person = {"id": "toyonaka-0004", "name": "葛城　蓮", "kana": "カツラギ　レン", "birth": "2001-02-03"}
        page = self.received(b"HTTP/1.1 200 OK\r\n\r\n" + "カレンダーに入れる".encode())
        self.assertEqual([], browser_bytes.leaks(page, [person], None))
        said = self.received(UPGRADE + frame('{"literal":"レン"}'))
        self.assertEqual(1, len(browser_bytes.leaks(said, [person], None)))

    def test_the_pin_as_a_number_of_its_own(self):
        self.assertEqual(["PIN"], self.leaks('{"literal":"1234"}'))
        self.assertEqual(["PIN"], self.leaks('{"value":1234}'))
        for chance in ('{"order":1795312345678}', '{"session":"0f3c1234-aaaa"}', '{"t":5.1234}'):
            self.assertEqual([], self.leaks(chance))

    def test_keys_of_the_pin_pad(self):
        self.assertEqual(["PIN pad"], self.leaks('{"body":{"type":"pin_pad","keys":[{"id":"digit.1"}]}}'))
        self.assertEqual(["PIN pad"], self.leaks('{"body":{"entered":2}}'))

    def test_messages_of_any_length_and_in_pieces(self):
        texts = ["{}", json.dumps({"a": "x" * 200}), json.dumps({"b": "y" * 70000})[:60000]]
        seen = self.received(UPGRADE + b"\x89\x00" + b"".join(map(frame, texts)))
        self.assertEqual(texts, seen.messages)

    def test_messages_in_fragments(self):
        text = '{"literal":"葛城健一"}'.encode()
        cut = text.index("城".encode()) + 1     # in the middle of a character
        pieces = [b"\x01", b"\x80"]
        stream = UPGRADE + b"".join(head + bytes([len(part)]) + part for head, part in zip(pieces, (text[:cut], text[cut:])))
        seen = self.received(stream.replace(b"\x80" + bytes([len(text) - cut]), b"\x89\x00\x80" + bytes([len(text) - cut]), 1))
        self.assertEqual([text.decode()], seen.messages)
        self.assertTrue(browser_bytes.leaks(seen, [PERSON], None))

    def test_a_record_that_says_too_little_is_no_proof(self):
        for streams, more in (((), None), ((b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx",), None),
                              ((b"HTTP/1.1 101 S\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",), None),
                              ((), [{"type": 7, "source": {"id": 1}, "params": {"byte_count": 3}}])):
            with self.assertRaises(browser_bytes.NotReadable):
                self.received(*streams, more=more)


if __name__ == "__main__":
    unittest.main()
