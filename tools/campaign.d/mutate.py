#!/usr/bin/env python3
"""mutate: whether the tests would notice a mistake in the safety core.

Changes one condition, statement or row of a table at a time, and runs the tests of money and paper against it. A mutant
is killed when a test fails, crashes or hangs; one that does not compile is invalid and not counted. Survivors are
listed with the reason that mutate_survivors.toml gives. Exit code 0: at least 80 % are killed; 1: fewer; 2: arguments.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import tomllib

from mutants import mutants

ROOT = pathlib.Path(__file__).resolve().parents[2]
WANTED_PERCENT = 80

MONEY = ["unit_payment", "visit_certificate"]
PAPER = ["unit_certificate", "visit_certificate"]
VISIT = ["unit_visit", "visit_certificate"]
# The safety core, and the tests that judge each file: the quick ones first.
CORE = {
    "firmware/payment/charge.cpp": MONEY,
    "firmware/payment/cashier.cpp": MONEY,
    "firmware/payment/brand_rules.cpp": MONEY,
    "firmware/payment/resolution.cpp": MONEY,
    "firmware/certificate/envelope.cpp": PAPER,
    "firmware/certificate/printing.cpp": PAPER,
    "firmware/certificate/print_run.cpp": PAPER,
    "firmware/visit/recovery.cpp": VISIT,
    "firmware/visit/account.cpp": VISIT,
    "firmware/visit/money_and_paper.cpp": VISIT,
    "firmware/visit/retrieving.cpp": VISIT,
    "firmware/visit/records.cpp": VISIT,
}
PREFIX = ["firmware/base/asio.h", "firmware/message/gateway_api.h"]
TESTS = sorted({test for tests in CORE.values() for test in tests})


class Failed(Exception):
    """Why nothing can be said."""


@dataclasses.dataclass(frozen=True)
class Bench:
    """A build of its own, without sanitizers, in which objects are replaced one at a time."""
    build: pathlib.Path
    compile: dict       # file -> command words, without the output
    link: dict          # test -> command words
    patience_s: dict    # test -> seconds

    def path(self, test):
        return self.build / "tests" / test


def run(words, cwd, timeout=None, **more):
    return subprocess.run(words, cwd=cwd, timeout=timeout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def must(words, cwd):
    done = run(words, cwd)
    if done.returncode != 0:
        raise Failed(f"{shlex.join(map(str, words))} failed:\n{done.stdout.decode(errors='replace')[-3000:]}")
    return done.stdout.decode()


def open_bench(build):
    must(["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-g0 -O0",
          "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"], ROOT)
    must(["ninja", "-j1", *TESTS], build)
    commands = json.loads((build / "compile_commands.json").read_text())
    compile_words = {}
    for each in commands:
        file = pathlib.Path(each["file"])
        if file.is_relative_to(ROOT) and str(file.relative_to(ROOT)) in CORE:
            compile_words[str(file.relative_to(ROOT))] = without_output(shlex.split(each["command"]))
    link = {test: link_words(build, test) for test in TESTS}
    make_prefix(build, compile_words)
    bench = Bench(build, compile_words, link, {})
    for test in TESTS:
        began = time.monotonic()
        if verdict(bench.path(test), 600) != "survived":
            raise Failed(f"{test} fails as it is")
        bench.patience_s[test] = 30 + 5 * (time.monotonic() - began)
    return bench


def make_prefix(build, compile_words):
    """What most of the core includes, compiled once: two thirds of the time that a mutant takes."""
    content = "".join(f'#include "{header}"\n' for header in PREFIX)
    made = {}
    for file, words in compile_words.items():
        if shlex.join(words) not in made:
            header = build / f"mutate-prefix-{len(made)}.h"
            header.write_text(content)
            must([*words, "-x", "c++-header", "-o", f"{header}.gch", "-c", header], build)
            made[shlex.join(words)] = header
        compile_words[file] = [*words, "-include", str(made[shlex.join(words)])]


def without_output(words):
    """The compiler's command without launcher, input, output and warnings."""
    first = next(i for i, word in enumerate(words) if pathlib.Path(word).name.startswith(("g++", "c++", "clang++")))
    out, skip = [], False
    for word in words[first:]:
        if skip or word in ("-o", "-c"):
            skip = word in ("-o", "-c") and not skip
            continue
        out.append(word)
    return [*out, "-w"]


def link_words(build, test):
    command = must(["ninja", "-t", "commands", "-s", f"tests/{test}"], build).strip().splitlines()[-1]
    words = shlex.split(command.removeprefix(": && ").removesuffix(" && :"))
    return words


def verdict(program, patience_s):
    """killed, by the first test that fails, or survived."""
    # In memory where that is possible: the journals of hundreds of visits are written through to the disk.
    memory = "/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as work:
        program = subprocess.Popen([program], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env=os.environ | {"TMPDIR": work})
        hangs = threading.Timer(patience_s, program.kill)
        hangs.start()
        try:
            failed = any(b"error: Failure in" in line for line in program.stdout)
            if failed:
                program.kill()
            return "survived" if program.wait() == 0 and not failed else "killed"
        finally:
            hangs.cancel()
            program.kill()
            program.wait()


def judge(bench, mutant, work):
    """killed, survived or invalid."""
    source, made = work / "mutant.cpp", work / "mutant.o"
    source.write_text(mutant.source)
    words = [*bench.compile[mutant.file], "-o", str(made), "-c", str(source)]
    if run(words, bench.build).returncode != 0:
        return "invalid"
    for test in CORE[mutant.file]:
        program = work / test
        words = list(bench.link[test])
        at = words.index("-o")
        # Before the archives, so that their own object of that name is not looked for.
        words[at:at + 2] = [str(made), "-o", str(program)]
        if run(words, bench.build).returncode != 0:
            return "invalid"
        if verdict(program, bench.patience_s[test]) == "killed":
            return "killed"
    return "survived"


def reasons():
    path = pathlib.Path(__file__).with_name("mutate_survivors.toml")
    listed = tomllib.loads(path.read_text()).get("survivor", []) if path.is_file() else []
    return {(each["file"], each["before"], each["after"]): each["reason"] for each in listed}


def all_mutants(files):
    return [mutant for file in files for mutant in mutants(file, (ROOT / file).read_text())]


def chosen(options):
    found = all_mutants(options.files or CORE)
    if not options.sample:
        return found
    # By their keys: another line in a file changes nothing about which of the others are looked at.
    kept = {mutant.key for mutant in sorted(found, key=lambda mutant: mutant.key)[:options.sample]}
    return [mutant for mutant in found if mutant.key in kept]


def run_all(options):
    bench = open_bench(options.build)
    known = reasons()
    counts = {"killed": 0, "survived": 0, "invalid": 0}
    survivors = []
    with tempfile.TemporaryDirectory() as work:
        for mutant in chosen(options):
            began = time.monotonic()
            result = judge(bench, mutant, pathlib.Path(work))
            counts[result] += 1
            print(f"{result:<8} {time.monotonic() - began:4.0f} s  {mutant}", flush=True)
            if result == "survived":
                survivors.append(mutant)
    return tell(counts, survivors, known)


def tell(counts, survivors, known):
    judged = counts["killed"] + counts["survived"]
    percent = 100 * counts["killed"] // judged if judged else 0
    for mutant in survivors:
        reason = known.get((mutant.file, mutant.before, mutant.after), "no reason yet")
        print(f"SURVIVED {mutant}\n    {reason}")
    print(f"mutate: mutants {judged}, killed {counts['killed']} ({percent} %), invalid {counts['invalid']}", flush=True)
    return 0 if judged and percent >= WANTED_PERCENT else 1


def parser():
    it = argparse.ArgumentParser(prog="mutate.py", description=__doc__.split("\n\n", 1)[1], allow_abbrev=False,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("files", nargs="*", metavar="FILE", help="of the safety core; all without one")
    it.add_argument("--sample", type=int, metavar="K", help="only K of them, always the same")
    it.add_argument("--list", action="store_true", help="tells the mutants and runs none")
    it.add_argument("--build", type=pathlib.Path, default=ROOT / "build/mutate", metavar="DIR",
                    help="build directory of its own (default: build/mutate)")
    it.error = wrong
    return it


def wrong(message):
    print(f"mutate.py: {message}", file=sys.stderr)
    sys.exit(2)


def main():
    options = parser().parse_args()
    options.build = options.build.absolute()
    if unknown := [file for file in options.files if file not in CORE]:
        wrong(f"{unknown[0]} is not in the safety core: {', '.join(CORE)}")
    if options.sample is not None and options.sample < 1:
        wrong("--sample: a number from 1 is wanted")
    if options.list:
        print(*chosen(options), sep="\n")
        return 0
    try:
        return run_all(options)
    except Failed as failed:
        print(f"mutate.py: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
