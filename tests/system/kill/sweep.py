#!/usr/bin/env python3
"""Kills the kiosk at even distances of the demo's whole visit, and says at how many moments anything disagreed.

    sweep.py --every 250 [--until 15000] [--jobs 1] [--build DIR] [--out DIR]

A line for each mismatch, with the moment that tools/demo --kill-after takes; exit code 0 only when there is none.
Languages alternate. Without --until the length comes from one visit that is only watched.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]


def demo(given, name, *options):
    out = given.out / name
    command = [ROOT / "tools/demo", "--auto", "--build", given.build, "--out", out, *options]
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         timeout=400, check=False)
    return run, out


def length_ms(given):
    """From the welcome screen to the goodbye."""
    run, out = demo(given, "whole")
    if run.returncode != 0:
        sys.exit(f"sweep: the visit does not go well without a power cut:\n{run.stdout}{run.stderr}")
    return sum(step["ms"] for step in json.loads((out / "visit.json").read_text("utf-8"))["steps"])


def cut(given, number, ms):
    """(told, what disagreed)."""
    run, out = demo(given, f"{ms:06}", "--kill-after", f"{ms / 1000:.3f}", "--lang", ("ja", "en")[number % 2])
    if run.returncode == 0:
        return json.loads((out / "visit.json").read_text("utf-8"))["kill"]["told"], ""
    failed = [line.strip() for line in run.stdout.splitlines() if line.startswith("  FAIL")]
    return "", "; ".join(failed) or run.stderr.strip()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--every", type=int, required=True, metavar="MS")
    arguments.add_argument("--until", type=int, metavar="MS")
    arguments.add_argument("--jobs", type=int, default=1, metavar="N", help="demos at the same time (default: 1)")
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    arguments.add_argument("--out", type=pathlib.Path, default=ROOT / "out/sweep")
    given = arguments.parse_args()
    given.build, given.out = given.build.resolve(), given.out.absolute()
    until = given.until or length_ms(given)
    points = range(0, until + 1, given.every)
    told, mismatches = {}, 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for ms, (what, wrong) in zip(points, pool.map(lambda point: cut(given, *point), enumerate(points))):
            if wrong:
                mismatches += 1
                print(f"MISMATCH --kill-after {ms / 1000:.3f}: {wrong}", flush=True)
            else:
                told[what] = told.get(what, 0) + 1
    print("told: " + ", ".join(f"{what} {count}" for what, count in sorted(told.items())))
    print(f"points {len(points)}, runs {len(points)}, mismatches {mismatches}")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
