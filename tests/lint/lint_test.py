#!/usr/bin/env python3
"""Each lint finds what it is for: it is run on small trees that break its rule, and on the same trees made right."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text=""):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def run_lint(self, name):
        return subprocess.run([sys.executable, HERE / f"{name}.py", self.root], capture_output=True, text=True,
                              check=False)

    def assert_finds(self, name, *wanted):
        run = self.run_lint(name)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        for words in wanted:
            self.assertIn(words, run.stdout)

    def assert_clean(self, name):
        run = self.run_lint(name)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


class Layers(LintTest):
    def include(self, path, line):
        self.write(path, f"#pragma once\n\n{line}\n")

    def test_an_include_upwards(self):
        self.write("firmware/visit/a.h")
        self.include("firmware/base/b.h", '#include "firmware/visit/a.h"')
        self.assert_finds("layers", "firmware/base/b.h:3:", "may not include")

    def test_an_include_downwards(self):
        self.write("firmware/base/a.h")
        self.include("firmware/visit/b.h", '#include "firmware/base/a.h"')
        self.assert_clean("layers")

    def test_a_visit_that_sees_a_driver(self):
        self.write("hal/pcsc/a.h")
        self.include("firmware/visit/b.cpp", '#include "hal/pcsc/a.h"')
        self.assert_finds("layers", "firmware/visit may not include")

    def test_a_driver_that_sees_another(self):
        self.write("hal/pcsc/a.h")
        self.include("hal/ipp/b.cpp", '#include "hal/pcsc/a.h"')
        self.assert_finds("layers", "hal may not include")

    def test_an_emulator_that_shares_the_firmwares_idea_of_the_wire(self):
        self.write("firmware/payment/nexo.h")
        self.include("tools/emulators/terminal/b.cpp", '#include "firmware/payment/nexo.h"')
        self.assert_finds("layers", "tools/emulators may not include")

    def test_a_library_outside_of_its_folder(self):
        self.include("firmware/visit/a.cpp", "#include <winscard.h>")
        self.include("hal/pcsc/a.cpp", "#include <winscard.h>")
        self.assert_finds("layers", "firmware/visit/a.cpp:3: <winscard.h> belongs in hal/pcsc only")

    def test_an_include_relative_to_the_file(self):
        self.write("firmware/base/a.h")
        self.include("firmware/base/b.h", '#include "a.h"')
        self.assert_finds("layers", "is not written from the repository's root")

    def test_asio_brought_along_by_a_header_of_another_folder(self):
        self.include("firmware/link/a.h", "#include <boost/asio.hpp>")
        self.include("firmware/link/b.cpp", '#include "firmware/link/a.h"')
        self.assert_clean("layers")
        self.include("firmware/apps/c.cpp", '#include "firmware/link/a.h"')
        self.assert_finds("layers", "firmware/apps/c.cpp:3:", "Asio")

    def test_an_include_in_a_comment(self):
        self.include("firmware/base/b.h", '// #include "firmware/visit/a.h"')
        self.assert_clean("layers")


class Sizes(LintTest):
    def test_a_file_that_is_too_long(self):
        self.write("firmware/base/a.cpp", "int a;\n" * 901)
        self.assert_finds("sizes", "firmware/base/a.cpp:1: 901 lines")

    def test_what_is_only_long_is_noted(self):
        body = "  x();\n" * 61
        self.write("firmware/base/a.cpp", "namespace n {\nvoid long_one() {\n" + body + "}\nvoid short_one() {}\n}\n")
        self.write("firmware/base/b.cpp", "int a;\n" * 601)
        run = self.run_lint("sizes")
        self.assertEqual(run.returncode, 0)
        self.assertIn("firmware/base/a.cpp:2: a function of 63 lines: void long_one()", run.stdout)
        self.assertNotIn("short_one", run.stdout)
        self.assertIn("firmware/base/b.cpp: 601 lines", run.stdout)


class Drivers(LintTest):
    README = "# x\n\n## Hardware\n\n## Access needed\n\n## Faults it raises\n\n## Quirks\n\n## How to record a trace\n"

    def test_a_driver_without_a_readme(self):
        self.write("hal/ipp/a.cpp")
        self.assert_finds("drivers", "hal/ipp/README.md:1: is missing")

    def test_a_readme_without_a_heading(self):
        self.write("hal/ipp/a.cpp")
        self.write("hal/ipp/README.md", self.README.replace("## Quirks", ""))
        self.assert_finds("drivers", "no heading '## Quirks'")

    def test_a_complete_readme(self):
        self.write("hal/ipp/a.cpp")
        self.write("hal/ipp/README.md", self.README)
        self.write("hal/api/a.h")
        self.assert_clean("drivers")


class House(LintTest):
    def test_a_vague_name(self):
        self.write("firmware/base/string_utils.h", "#pragma once\n")
        self.assert_finds("house", "'string_utils.h' says nothing")

    def test_a_path_of_a_machine(self):
        self.write("docs/a.md", "see /home/somebody/kiosk\n")
        self.assert_finds("house", "docs/a.md:1: a path of somebody's machine")

    def test_a_sleep_in_a_test(self):
        self.write("tests/unit/a_test.cpp", "void f() { std::this_thread::sleep_for(1s); }\n")
        self.assert_finds("house", "tests do not sleep")

    def test_wait_for(self):
        self.write("tools/a.py", "await asyncio." + "wait_for(x(), 3)\n")
        self.assert_finds("house", "tools/a.py:1: Python 3.11 loses a cancellation")

    def test_a_virtual_sleep_in_a_test(self):
        self.write("tests/unit/a_test.cpp", "// sleep_for(1s) would be wrong\nvoid f() { timers.sleep(1s); }\n")
        self.assert_clean("house")

    def test_a_sleep_with_a_reason(self):
        self.write("tests/unit/a_test.cpp", "sleep_for(1s);  // NOLINT(sleep): nothing tells when\n")
        self.assert_clean("house")

    def test_using_namespace_in_a_header(self):
        self.write("firmware/base/a.h", "#pragma once\nusing namespace std;\n")
        self.assert_finds("house", "firmware/base/a.h:2: using namespace")

    def test_a_short_circuit_that_gcc_12_does_not_make(self):
        for line in ("co_return co_await a() && co_await b();", "co_return x ? co_await a() : false;",
                     "if (x && !co_await a(f(1))) co_return;", "while (x || co_await a()) {}"):
            self.write("firmware/base/a.cpp", line + "\n")
            self.assert_finds("house", "firmware/base/a.cpp:1: GCC 12 does not short-circuit")

    def test_a_co_await_beside_a_condition(self):
        self.write("firmware/base/a.cpp", "if (x && y) co_await a();\nconst bool b = co_await a() && co_await c();\n")
        self.assert_clean("house")


class Keys(LintTest):
    PO = 'msgid ""\nmsgstr ""\n"Language: ja\\n"\n\nmsgid "pay.amount"\nmsgstr "{yen, number} 円"\n'

    def setUp(self):
        super().setUp()
        self.write("ui/strings/ja.po", self.PO)
        shutil.copy(ROOT / "ui/strings/compile.py", self.root / "ui/strings/compile.py")

    def code(self, line):
        self.write("firmware/visit/a.cpp", line + "\n")

    def test_a_key_that_is_there(self):
        self.code('auto t = say("pay.amount", {{"yen", "300"}});')
        self.assert_clean("keys")

    def test_a_key_that_is_not_there(self):
        self.code('auto t = say("pay.amuont", {{"yen", "300"}});')
        self.assert_finds("keys", "firmware/visit/a.cpp:1: 'pay.amuont' is not in")

    def test_an_argument_of_another_name(self):
        self.code('auto t = say("pay.amount", {{"amount", "300"}});')
        self.assert_finds("keys", "'pay.amount' is given ['amount'], its text has ['yen']")

    def test_a_screen_without_a_title(self):
        self.code('Screen s = screen("pay", Stop::pay);')
        self.assert_finds("keys", "'pay.title' is not in")

    def test_an_unused_key_is_noted(self):
        self.code("")
        run = self.run_lint("keys")
        self.assertEqual(run.returncode, 0)
        self.assertIn("'pay.amount' is not used", run.stdout)


@unittest.skipUnless(shutil.which("clang-format-19"), "clang-format-19 is not installed")
class Format(LintTest):
    def setUp(self):
        super().setUp()
        shutil.copy(ROOT / ".clang-format", self.root / ".clang-format")

    def test_a_file_that_is_not_formatted(self):
        self.write("firmware/base/a.cpp", "int  a ( ) ;\n")
        self.assert_finds("format", "firmware/base/a.cpp:1: is not formatted")

    def test_a_file_that_is(self):
        self.write("firmware/base/a.cpp", "int a();\n")
        self.assert_clean("format")


@unittest.skipUnless(shutil.which("clang-tidy-19"), "clang-tidy-19 is not installed")
class Tidy(LintTest):
    def run_lint(self, name):
        source = self.root / "firmware/base/a.cpp"
        self.write("build/compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": str(source), "command": f"c++ -std=c++20 -c {source}"}]))
        shutil.copy(ROOT / ".clang-tidy", self.root / ".clang-tidy")
        return subprocess.run([sys.executable, HERE / "tidy.py", self.root, self.root / "build"], capture_output=True,
                              text=True, check=False)

    def test_a_virtual_function_that_does_not_say_override(self):
        self.write("firmware/base/a.cpp", "struct A { virtual void f(); };\nstruct B : A { void f(); };\n")
        self.assert_finds("tidy", "modernize-use-override")

    def test_one_that_does(self):
        self.write("firmware/base/a.cpp", "struct A { virtual void f(); };\nstruct B : A { void f() override; };\n")
        self.assert_clean("tidy")


if __name__ == "__main__":
    unittest.main()
