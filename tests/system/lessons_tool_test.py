#!/usr/bin/env python3
"""tools/lessons as a volunteer uses it: what it says of the city's own lessons, of a lesson with mistakes, of a wrong
command line, and what it draws. MADOGUCHI_LESSON_DESK names the program, which the script would build otherwise."""

import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools/lessons"
LESSONS = ROOT / "ui/lessons"


class Lessons(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "places.toml").write_bytes((LESSONS / "places.toml").read_bytes())

    def run_tool(self, *words):
        return subprocess.run([TOOL, *words], cwd=self.folder, capture_output=True, text=True, timeout=600, check=False)

    def lesson(self, change):
        text = change((LESSONS / "cashless.toml").read_text("utf-8"))
        (self.folder / "cashless.toml").write_text(text, "utf-8")
        return "cashless.toml"

    def test_the_citys_lessons_have_no_mistake(self):
        done = self.run_tool("check")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertIn("9 lessons, nothing to mend", done.stdout)

    def test_the_example_of_the_guide_is_a_lesson(self):
        example = re.search(r"```toml\n(.*?)```", (ROOT / "docs/lessons.md").read_text("utf-8"), re.DOTALL)[1]
        (self.folder / "example.toml").write_text(example, "utf-8")
        done = self.run_tool("check", "example.toml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_all_mistakes_at_once_with_file_and_line_in_both_languages(self):
        name = self.lesson(lambda text: text.replace('en = "At once"\n', "", 1).replace('"cashless"', '"pots"', 1))
        done = self.run_tool("check", name)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r"cashless\.toml:1: 「pots」というトピックはありません")
        self.assertRegex(done.stdout, r'cashless\.toml:1: there is no topic "pots"')
        self.assertRegex(done.stdout, r"cashless\.toml:\d+: 英語（en）がありません")
        self.assertIn("2 to mend", done.stdout)

    def test_an_unknown_picture(self):
        done = self.run_tool("check", self.lesson(lambda text: text.replace('"pay_kinds"', '"pots"')))
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r'cashless\.toml:\d+: there is no picture "pots"')

    def test_words_that_do_not_fit_at_the_largest_size(self):
        word = "Donaudampfschiffahrtsgesellschaftskapitän"
        done = self.run_tool("check", self.lesson(lambda text: text.replace("Two ways to pay", word[:38])))
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, r"cashless\.toml:\d+: the words of lesson_step\.1 do not fit at the size extra large \(en\)")

    def test_bytes_that_are_no_lesson(self):
        (self.folder / "x.toml").write_bytes(b"\xff\xfe\x00")
        done = self.run_tool("check", "x.toml")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("x.toml: must be a file in UTF-8", done.stdout)

    def test_places_with_a_mistake(self):
        (self.folder / "places.toml").write_text("[city]\nja = \"x\"\n", "utf-8")
        done = self.run_tool("check", self.lesson(lambda text: text))
        self.assertEqual(done.returncode, 2)
        self.assertIn("places.toml:1", done.stderr)

    def test_a_wrong_command_line_is_one_line_and_2(self):
        for words in ([], ["mend"], ["check", "none.toml"], ["preview"], ["preview", "none.toml"],
                      ["preview", str(LESSONS / "fraud.toml"), "--size", "huge"], ["check", "--colour"]):
            done = self.run_tool(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_help(self):
        for words in (["--help"], ["check", "--help"], ["preview", "--help"]):
            done = self.run_tool(*words)
            self.assertEqual(done.returncode, 0)
            self.assertNotIn("--fonts", done.stdout)

    def test_preview_draws_every_screen_the_sheet_and_the_page(self):
        for language, size in (("ja", "m"), ("en", "xl")):
            out = self.folder / f"{language}-{size}"
            done = self.run_tool("preview", str(LESSONS / "touch_basics.toml"), "--lang", language, "--size", size,
                                 "--out", str(out))
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            names = sorted(path.name for path in out.glob("*.png"))
            for wanted in ("01-lesson_step.1.png", "02-lesson_practice.1.png", "12-lesson_done.png", "sheet.png"):
                self.assertIn(wanted, names)
            self.assertTrue((out / "01-lesson_step.1.png").read_bytes().startswith(b"\x89PNG"))
            self.assertIn(f'<html lang="{language}">', (out / "page.html").read_text("utf-8"))
            self.check_sheet(out / "sheet.pdf", "8年" if language == "ja" else "20")

    def check_sheet(self, pdf, word):
        """By another program than the one that drew it."""
        info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
        self.assertRegex(info, r"Pages:\s+1\n")
        self.assertRegex(info, r"Page size:\s+595\.\d* x 841\.\d* pts \(A4\)")
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
        self.assertIn(word, text)

    def test_pictures(self):
        done = self.run_tool("pictures")
        self.assertEqual(done.returncode, 0)
        self.assertIn("touch_tap\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
