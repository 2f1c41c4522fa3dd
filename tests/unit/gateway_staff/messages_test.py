#!/usr/bin/env python3
"""The TypeScript types of the console are what the C++ headers describe; what is not understood is refused."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WRITER = Path(__file__).resolve().parents[3] / "tools/console/messages.py"


class Writer(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = Path(self.directory.name)

    def tearDown(self):
        self.directory.cleanup()

    def write(self, header):
        (self.root / "a.h").write_text(header, encoding="utf-8")
        return subprocess.run([sys.executable, WRITER, "--out", self.root / "a.ts", self.root / "a.h"],
                              capture_output=True, text=True, check=False)

    def gives(self, header, *lines):
        result = self.write(header)
        self.assertEqual(result.returncode, 0, result.stderr)
        written = (self.root / "a.ts").read_text("utf-8")
        for line in lines:
            self.assertIn(line, written)

    def refuses(self, header, because):
        result = self.write(header)
        self.assertEqual(result.returncode, 1)
        self.assertIn(because, result.stderr)
        self.assertFalse((self.root / "a.ts").exists())

    def test_fields_of_every_kind(self):
        self.gives("""
            struct A {
              static constexpr std::string_view tag = "an_a";
              std::string
                  name;  ///< not; this
              std::optional<std::int32_t> count;
              bool good = false;
              std::map<std::string, std::string> args;
              std::vector<A> more{};
              Bytes hash;
              bool operator==(const A&) const = default;
            };
MADOGUCHI_DESCRIBE(A, name, count, good, args,
                   more, hash)
            """, "  type: 'an_a';", "  name: string;", "  count?: number;", "  good: boolean;",
            "  args: Record<string, string>;", "  more: A[];", "  hash: string;")

    def test_enums_and_variants(self):
        self.gives("""
enum class E { a, b };
MADOGUCHI_ENUM(E, a,
               b)
struct N { static constexpr std::string_view tag = "n"; };
MADOGUCHI_DESCRIBE(N)
struct M { desk::E e = E::a; };
MADOGUCHI_DESCRIBE(M, e)
using V =
    std::variant<M, desk::N>;
            """, "export const ENames = ['a', 'b'] as const;", "  e: E;", "export type V = M | N;")

    def test_what_is_not_understood(self):
        self.refuses("struct A {\n  float x = 0;\n};\nMADOGUCHI_DESCRIBE(A, x)\n", "A.x: no type for 'float'")
        self.refuses("struct A {\n  bool x;\n};\nMADOGUCHI_DESCRIBE(A, y)\n", "'y' is not declared")
        self.refuses("MADOGUCHI_DESCRIBE(A, y)\n", "struct A is not in this header")
        self.refuses("struct A {\n  Other x;\n};\nMADOGUCHI_DESCRIBE(A, x)\n", "no type for 'Other'")


if __name__ == "__main__":
    unittest.main()
