#!/usr/bin/env python3
"""The catalogue's compiler refuses every mistake that a translator can make, naming file and line."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

COMPILER = Path(__file__).resolve().parents[3] / "ui/strings/compile.py"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'


def entry(key, text):
    return f'msgid "{key}"\nmsgstr "{text}"\n'


class Compiler(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = Path(self.directory.name)

    def tearDown(self):
        self.directory.cleanup()

    def compile(self, ja, en):
        for name, content in (("ja.po", ja), ("en.po", en)):
            (self.root / name).write_text(HEADER + content, encoding="utf-8")
        return subprocess.run([sys.executable, COMPILER, "--out", self.root / "out.cpp", "--json", self.root / "out.json",
                               self.root / "ja.po", self.root / "en.po"],
                              capture_output=True, text=True, check=False)

    def refuses(self, ja, en, *because):
        result = self.compile(ja, en)
        self.assertEqual(result.returncode, 1, result.stderr)
        for part in because:
            self.assertIn(part, result.stderr)
        self.assertFalse((self.root / "out.cpp").exists())
        self.assertFalse((self.root / "out.json").exists())

    def test_writes_sorted_entries_with_escapes(self):
        result = self.compile(entry("b.x", 'say \\"hi\\"\\n') + entry("a.x", "{n, number}"),
                              entry("a.x", "{n, plural, one {#} other {# {n}}}".replace(" {n}", "")) + entry("b.x", "y"))
        self.assertEqual(result.returncode, 0, result.stderr)
        text = (self.root / "out.cpp").read_text(encoding="utf-8")
        self.assertIn(r'{"b.x", "say \"hi\"\n"}', text)
        self.assertLess(text.index('"a.x"'), text.index('"b.x"'))

    def test_writes_the_same_words_as_json(self):
        self.assertEqual(self.compile(entry("a.x", '「\\"はい\\"」\\n'), entry("a.x", "yes")).returncode, 0)
        words = json.loads((self.root / "out.json").read_text("utf-8"))
        self.assertEqual(words, {"ja": {"a.x": '「"はい"」\n'}, "en": {"a.x": "yes"}})

    def test_a_key_twice(self):
        self.refuses(entry("a.x", "1") * 2, entry("a.x", "1"), "ja.po:5", "stands already in line 3")

    def test_a_language_that_lacks_a_key(self):
        self.refuses(entry("a.x", "1") + entry("a.y", "2"), entry("a.x", "1"), "en.po:1", "a.y is missing")
        self.refuses(entry("a.x", "1"), entry("a.x", "1") + entry("a.y", "2"), "a.y is missing in ja.po")

    def test_arguments_that_differ(self):
        self.refuses(entry("a.x", "{n, number}"), entry("a.x", "{m, number}"), "a.x has the arguments")
        self.refuses(entry("a.x", "{n, number}"), entry("a.x", "{n}"), "a.x has the arguments")

    def test_a_space_beside_a_number_in_japanese(self):
        for text in ("1通 {n, number}円", "{n, number} 円", "あと 3回{n, number}"):
            self.refuses(entry("a.x", text), entry("a.x", "{n, number} yen"), "ja.po:3: a.x: a space beside a number")

    def test_patterns_that_are_wrong(self):
        for pattern in ("{n", "n}", "{}", "{N}", "{n, date}", "{n, plural, one {x}}", "{n, plural}", "{n, plural, other}",
                        "{n, plural, other {x}", "{n, number, currency}", "{n} {n, number}"):
            self.refuses(entry("a.x", pattern), entry("a.x", pattern), "ja.po:3: a.x")

    def test_quoted_braces_are_text(self):
        self.assertEqual(self.compile(entry("a.x", "it's '{'n'}'"), entry("a.x", "x")).returncode, 0)

    def test_bad_keys_and_empty_texts(self):
        self.refuses(entry("Title", "x"), entry("Title", "x"), "is not a key")
        self.refuses(entry("a.x", " "), entry("a.x", "x"), "has no text")

    def test_unreviewed_and_malformed_entries(self):
        self.refuses("#, fuzzy\n" + entry("a.x", "1"), entry("a.x", "1"), "marked fuzzy")
        self.refuses("msgid a\n", entry("a.x", "1"), "expected a quoted string")
        self.refuses('msgctxt "x"\n' + entry("a.x", "1"), entry("a.x", "1"), "not understood")


if __name__ == "__main__":
    unittest.main()
