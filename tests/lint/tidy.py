#!/usr/bin/env python3
"""clang-tidy 19 with .clang-tidy over the project's own sources.

    tidy.py ROOT BUILD_DIR [PATH-PREFIX...]   BUILD_DIR holds compile_commands.json

Slow (it compiles everything): part of tools/test --all.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

CLANG_TIDY = "clang-tidy-19"
CHECKED = ("firmware/", "hal/", "ui/", "tools/")
# The build's own warnings come from GCC; what it names and clang does not know is no finding.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-everything"]


def check(root, build, path):
    run = subprocess.run([CLANG_TIDY, "--quiet", "-p", build, *EXTRA, path], cwd=root, capture_output=True, text=True,
                         check=False)
    return path, run.returncode, run.stdout


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    root, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    prefixes = tuple(sys.argv[3:]) or CHECKED
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    paths = sorted({os.path.relpath(command["file"], root) for command in commands})
    paths = [path for path in paths if path.startswith(prefixes)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, said in pool.map(lambda path: check(root, build, path), paths):
            if code != 0:
                failed += 1
                print(said.strip() or f"{path}: clang-tidy ended with {code}")
    print(f"{len(paths)} files, {failed} with findings")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
