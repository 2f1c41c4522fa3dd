#!/usr/bin/env python3
"""Rules of the house that a search can check: names, sleeps in tests, traces of a developer's machine."""

import re
import sys

import tree

TEXT = tree.CPP | {".py", ".sh", ".md", ".txt", ".toml", ".json", ".cmake", ".def", ".po", ".yml", ".conf", ""}
VAGUE = re.compile(r"(?:^|[_-])(utils?|managers?|common|helpers?|misc)(?:[_.-]|$)")
# Home directories and the scratch directories of whoever worked on the file.
MACHINE = re.compile(r"(?<![\w$}/.-])/(?:home|Users|root)/\w|(?<![\w$}/.-])/work/\w")
# A test that waits a fixed time is slow on a fast machine and wrong on a slow one.
SLEEP = re.compile(r"\bsleep_for\s*\(|\bsleep_until\s*\(|(?<![\w.>:])u?sleep\s*\(|\btime\.sleep\s*\(")
WAIT_FOR = re.compile(r"\basyncio\.wait_for\(")
# Given to another project's build (tools/setup).
NOT_OURS_TO_INCLUDE = {"firmware/crypto/mbedtls_config.h"}
CO_RETURN = re.compile(r"co_return\b[^;{}]*;")
CONDITION = re.compile(r"\b(?:if|while)\s*\(")
SHORT_CIRCUIT = re.compile(r"&&|\|\||\?")
USING = re.compile(r"^\s*using namespace ", re.MULTILINE)


def condition(text, opening):
    """What stands between the parenthesis at `opening` and its partner."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[opening:at]
    return ""


def without_short_circuit(text):
    """GCC 12 evaluates both sides of && and || in these places, whatever the first one gives."""
    for match in CO_RETURN.finditer(text):
        if "co_await" in match[0] and SHORT_CIRCUIT.search(match[0]):
            yield match.start(), "GCC 12 does not short-circuit here: give the value a name first"
    for match in CONDITION.finditer(text):
        inside = condition(text, match.end() - 1)
        if "co_await" in inside and SHORT_CIRCUIT.search(inside):
            yield match.start(), "GCC 12 does not short-circuit here: give the value a name first"


def check_text(path, text):
    for match in MACHINE.finditer(text):
        yield match.start(), f"a path of somebody's machine: {text[match.start():].split()[0][:60]}"
    if path.stem.endswith("_test") and path.suffix in {".cpp", ".py"}:
        for match in SLEEP.finditer(tree.without_comments(text) if path.suffix != ".py" else text):
            if "NOLINT(sleep)" in text[match.start():].splitlines()[0]:
                continue    # with its reason beside it
            yield match.start(), "tests do not sleep: wait for what is awaited, or step a virtual clock"
    if path.suffix == ".py":
        for match in WAIT_FOR.finditer(text):
            yield match.start(), "Python 3.11 loses a cancellation here: async with asyncio.timeout()"
    if path.suffix in tree.CPP:
        yield from without_short_circuit(tree.without_comments(text))
    if path.suffix == ".h" and path.as_posix() not in NOT_OURS_TO_INCLUDE:
        for match in USING.finditer(text):
            yield match.start(), "using namespace in a header reaches every file that includes it"
        if not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield 0, "no #pragma once"


def lint(root):
    for path in tree.files(root):
        if path.parts[:2] == ("tests", "lint"):
            continue    # these rules and the trees that break them on purpose
        for part in path.parts:
            if VAGUE.search(part):
                yield tree.Finding(path, 1, f"'{part}' says nothing: name it after what it holds")
        if path.suffix in TEXT:
            text = tree.read(root, path)
            for position, what in check_text(path, text):
                yield tree.Finding(path, tree.line_of(text, position), what)


if __name__ == "__main__":
    sys.exit(tree.main(lint))
