"""What every lint of this folder starts from: the files of a tree, findings, and the way they are told.

Each lint is a program `NAME.py [ROOT]`: no finding is exit code 0, a finding is one line "path:line: what" and exit
code 1. lint_test.py gives each of them trees in which it must find something.
"""

import dataclasses
import pathlib
import re
import sys

SKIPPED = {".git", ".cache", "build", "out", "node_modules", "__pycache__"}
CPP = {".cpp", ".h", ".c"}


@dataclasses.dataclass(frozen=True)
class Finding:
    path: pathlib.Path
    line: int
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}"


def files(root, suffixes=None):
    """Paths below the root, relative to it, in order; `suffixes` None means all."""
    for path in sorted(root.iterdir()):
        if path.name in SKIPPED:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from (path.relative_to(root) / inner for inner in files(path, suffixes))
        elif path.is_file() and (suffixes is None or path.suffix in suffixes):
            yield path.relative_to(root)


def read(root, path):
    return (root / path).read_text("utf-8", "replace")


def without_comments(text):
    """C++ text with comments blanked and strings kept; line numbers stay."""
    def blank(match):
        kept = match[0]
        return kept if kept[0] in "\"'R" else re.sub(r"[^\n]", " ", kept)
    return re.sub(r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*(?:.|\n)*?\*/', blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def main(lint, describe=None):
    """Runs a lint (root -> findings) on the tree of the command line."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found = list(lint(root))
    for finding in found:
        print(finding)
    if describe:
        for line in describe(root):
            print(line)
    if found:
        print(f"{len(found)} findings", file=sys.stderr)
    return 1 if found else 0
