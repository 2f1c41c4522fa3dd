#!/usr/bin/env python3
"""docs/add-a-board.md, followed word by word in a copy of the folders that it speaks of."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/add-a-board.md").read_text("utf-8")


def blocks():
    """(kind, text) of each fenced block, in their order."""
    return re.findall(r"(?ms)^```(\w+(?: wrong)?)\n(.*?)^```$", PAGE)


class Page(unittest.TestCase):
    def test_followed_word_by_word(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("boards", "images"):
                shutil.copytree(ROOT / name, pathlib.Path(folder) / name, symlinks=True)
            said, code, done = "", None, 0
            for kind, text in blocks():
                if kind.startswith("sh"):
                    ran = subprocess.run(["bash", "-euc", text], cwd=folder, capture_output=True, text=True, check=False)
                    said, code = ran.stdout + ran.stderr, ran.returncode
                    self.assertEqual(2 if kind == "sh wrong" else 0, code, f"{text}\n{said}")
                    done += 1
                elif kind.startswith("text"):
                    self.assertIn(text.strip(), said)
            self.assertEqual(6, done)
            self.assertTrue((pathlib.Path(folder) / "boards/lobby-pc/README.md").is_file())

    def test_every_section_of_a_board_is_spoken_of(self):
        schema = (ROOT / "images/build.d/board.py").read_text("utf-8")
        sections = re.findall(r'(?m)^    "(\w+)": \{', schema[schema.index("SCHEMA"):])
        self.assertGreater(len(sections), 12)
        for section in set(sections) - {"board", "screen", "console", "kernel"}:
            self.assertIn(f"`[{section}]`", PAGE)


if __name__ == "__main__":
    unittest.main()
