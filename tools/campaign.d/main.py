"""tools/campaign after the build: opens the lanes, runs the campaigns, says what did not agree.

    main.py --check ARGUMENTS   only looks at the arguments; prints "build" or, with --build DIR, "built"
    main.py ARGUMENTS           exit code 0: no mismatch; 1: mismatches, or a campaign that could not run; 2: arguments
"""

import asyncio
import pathlib
import shutil
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/demo.d"))

import command_line     # noqa: E402
import person   # noqa: E402
import soak     # noqa: E402
from lanes import Lanes, command     # noqa: E402
from processes import ProgramFailed, end_with_signals, need_programs     # noqa: E402

PROGRAMS = ("kioskd", "kiosk-link", "gateway", "emulator-card", "emulator-terminal", "emulator-printer",
            "emulator-resident", "kioskctl", "campaign-faults.so")


async def run_campaign(module, lanes, options):
    """The number of mismatching runs."""
    began = time.monotonic()
    points, seeds = await module.seeds(lanes, options)
    runs = failures = unreached = 0
    async for outcome in lanes.many(seeds):
        runs += outcome.runs
        unreached += not outcome.struck
        if outcome.mismatches:
            failures += 1
            tell_mismatch(outcome)
        if module is soak:
            print("\n".join(f"    {note}" for note in outcome.notes), flush=True)
    beside = f", not reached {unreached}" if unreached else ""
    print(f"{module.NAME}: points {points}, runs {runs}, mismatches {failures}{beside}"
          f" ({time.monotonic() - began:.0f} s)", flush=True)
    return failures


def tell_mismatch(outcome):
    print(f"MISMATCH {outcome.seed}", flush=True)
    for mismatch in outcome.mismatches:
        print(f"    {mismatch}", flush=True)


async def replay(lanes, seed):
    outcome = await lanes.one(seed)
    for name, number, detail in outcome.visit:
        print(f"  {name} {number} {detail}")
    for peer, boundaries in outcome.boundaries.items():
        for number, what in enumerate(boundaries, 1):
            print(f"  wire {peer} {number} {what}")
    print("\n".join(outcome.notes))
    if outcome.mismatches:
        tell_mismatch(outcome)
    print(f"replay: points 1, runs 1, mismatches {len(outcome.mismatches) and 1}")
    return 1 if outcome.mismatches else 0


async def run(options):
    end_with_signals()
    bin_dir = (options.build or ROOT / "build/release") / "bin"
    lanes = Lanes(command(ROOT, bin_dir), options.out, 1 if options.replay else options.lanes)
    try:
        need_programs(bin_dir, PROGRAMS + ((person.PROGRAM,) if options.person else ()))
        await lanes.open()
        if options.replay:
            return await replay(lanes, options.replay)
        failures = [await run_campaign(module, lanes, options) for module in options.campaigns]
        if options.person:
            failures.append(await person.run(bin_dir, options))
        if any(failures):
            print(f"logs and ledgers of each mismatch: {options.out}/lane-*/runs/SEED")
        return 1 if any(failures) else 0
    except ProgramFailed as failure:
        print(f"tools/campaign: {failure}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("tools/campaign: interrupted", file=sys.stderr)
        return 1
    finally:
        await lanes.close()


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--check"]:
        print("built" if command_line.parse(arguments[1:]).build else "build")
        return 0
    options = command_line.parse(arguments)
    for old in options.out.glob("lane-*"):
        shutil.rmtree(old)
    return asyncio.run(run(options))


if __name__ == "__main__":
    sys.exit(main())
