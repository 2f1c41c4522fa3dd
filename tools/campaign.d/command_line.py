"""The command line of tools/campaign: every wrong value is one line and exit code 2, before anything is built."""

import argparse
import dataclasses
import os
import pathlib
import sys

import person
import plans
from orders import BRANDS, WrongSeed

DESCRIPTION = """\
Runs the real kioskd against emulators that keep ledgers of their own, breaks something at every point of a visit, and
reconciles the ledgers after each run. Each campaign prints "points N, runs M, mismatches K"; the exit code is 0 only
when there is no mismatch. A mismatch leaves its seed, to be played again with --replay, and its logs in --out.

Two are programs with their own --help as well: "tools/campaign person ..." and "tools/campaign --mutate ...", which
puts mistakes into the safety core for the tests to find.
"""


@dataclasses.dataclass(frozen=True)
class Options:
    campaigns: list             # modules
    person: bool                # the campaign that is a program of its own, after the others
    quick: bool
    replay: str | None
    visits: int                 # of soak
    lanes: int
    brands: list                # what residents pay with; empty: all
    out: pathlib.Path
    build: pathlib.Path | None


class WrongValue(Exception):
    """What is wrong, as one line for the person who typed it."""


class OneLineParser(argparse.ArgumentParser):
    def error(self, message):
        raise WrongValue(message)


def parser():
    what = "\n".join(f"  {module.NAME:<10} {module.__doc__.splitlines()[0].split(': ', 1)[1]}" 
                     for module in (*plans.ALL, person))
    it = OneLineParser(prog="tools/campaign", description=DESCRIPTION + "\ncampaigns:\n" + what, allow_abbrev=False,
                       formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help="which ones; 'soak N' makes N visits")
    it.add_argument("--quick", action="store_true", help="points at even distances, a few minutes for all campaigns")
    it.add_argument("--all", action="store_true", help="every campaign, at every point")
    it.add_argument("--replay", metavar="SEED", help="only this run, and what it did")
    it.add_argument("--lanes", metavar="N", default=default_lanes(),
                    help="runs side by side (default: %(default)s)")
    it.add_argument("--brand", metavar="NAME", action="append", choices=BRANDS, default=[],
                    help=f"only with this: {', '.join(BRANDS)}")
    it.add_argument("--out", metavar="DIR", default="out/campaign", help="logs (default: %(default)s)")
    # A build directory that is there already; nothing is installed or built.
    it.add_argument("--build", metavar="DIR", help=argparse.SUPPRESS)
    return it


def default_lanes():
    # A run mostly waits: for the printer to be looked at again, for the card to be seen.
    return min(6, 2 * (os.cpu_count() or 1))


def parse(arguments):
    """Options, or SystemExit: 0 after --help, 2 with one line after a wrong value."""
    try:
        return checked(parser().parse_args(arguments))
    except (WrongValue, WrongSeed) as wrong:
        print(f"tools/campaign: {wrong}", file=sys.stderr)
        sys.exit(2)


def checked(values):
    if sum((values.quick, values.all, bool(values.replay))) > 1:
        raise WrongValue("one of --quick, --all and --replay")
    if values.replay:
        if values.campaigns:
            raise WrongValue("--replay SEED names its campaign itself")
        plans.run_of(values.replay)
    names, visits = named(values.campaigns)
    if not names and not (values.quick or values.all or values.replay):
        raise WrongValue(f"which campaign? One of {', '.join(known())}, or --quick, --all, --replay SEED")
    if names and values.all:
        raise WrongValue("--all means all of them")
    every = not names and not values.replay
    return Options(
        campaigns=list(plans.ALL) if every else [plans.BY_NAME[name] for name in names if name in plans.BY_NAME],
        person=every or person.NAME in names,
        quick=values.quick,
        replay=values.replay,
        visits=visits,
        lanes=number("--lanes", values.lanes, 1, 64),
        brands=values.brand,
        out=pathlib.Path(values.out).absolute(),
        build=pathlib.Path(values.build).resolve() if values.build else None,
    )


def named(words):
    """(names, visits of soak) of "power-cut soak 1000"."""
    names, visits = [], 0
    for word in words:
        if word.isdigit() and names[-1:] == ["soak"]:
            visits = number("soak", word, 1, 10_000_000)
        elif word in known():
            names.append(word)
        else:
            raise WrongValue(f"there is no campaign '{word}': {', '.join(known())}")
    return names, visits


def known():
    return (*plans.BY_NAME, person.NAME)


def number(option, text, least, most):
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise WrongValue(f"{option}: a number from {least} to {most} is wanted, not '{text}'")
    return value
