#!/usr/bin/env python3
"""Every C++ file looks as clang-format 19 with .clang-format writes it (tools/format does so)."""

import re
import shutil
import subprocess
import sys

import tree

CLANG_FORMAT = "clang-format-19"
# Exit code that CTest takes for "skipped".
SKIPPED = 77


def lint(root):
    paths = [str(path) for path in tree.files(root, tree.CPP)]
    if not paths:
        return
    run = subprocess.run([CLANG_FORMAT, "--dry-run", "--ferror-limit=1", *paths], cwd=root, capture_output=True,
                         text=True, check=False)
    for path, line in dict(re.findall(r"^(.+?):(\d+):\d+: (?:warning|error):", run.stderr, re.MULTILINE)).items():
        yield tree.Finding(path, int(line), "is not formatted: run tools/format")
    if run.returncode != 0 and not re.search(r": (warning|error):", run.stderr):
        yield tree.Finding(tree.pathlib.Path(".clang-format"), 1, run.stderr.strip())


if __name__ == "__main__":
    if shutil.which(CLANG_FORMAT) is None:
        print(f"{CLANG_FORMAT} is not installed")
        sys.exit(SKIPPED)
    sys.exit(tree.main(lint))
