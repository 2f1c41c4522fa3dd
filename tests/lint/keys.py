#!/usr/bin/env python3
"""The words that the firmware names (say("pin.title")) against the catalogues in ui/strings.

ui/strings/compile.py already holds the languages against each other; this holds the code against them: a key that is
not there is a finding, and so are arguments that the text does not have or the code does not give. Keys that nobody
seems to use are noted.
"""

import importlib.util
import re
import sys

import tree

REFERENCE = "ja.po"
# Files whose string literals may name keys.
SPEAKING = ("firmware", "ui")
# Calls that name keys: pattern -> what makes a key of its group.
CALLS = [
    (re.compile(r'(?<![.\w])say\(\s*"([^"]+)"\s*[,)]'), ("",)),
    (re.compile(r'(?<![.\w])(?:number|yen|row)\(\s*"([^"]+)"\s*,'), ("",)),
    (re.compile(r'(?<![.\w])action\(\s*[^,()]+(?:\([^()]*\))?[^,]*,\s*Role::\w+,\s*"([^"]+)"'), ("",)),
    (re.compile(r'(?<![.\w])screen\(\s*"([^"]+)"'), (".title",)),
    (re.compile(r'(?<![.\w])tile\(\s*"[^"]+",\s*"([^"]+)"'), (".label", ".note")),
]
ARGUMENTS = re.compile(r'\bsay\(\s*"([^"]+)"\s*,\s*\{((?:\{[^{}]*\}\s*,?\s*)+)\}\s*\)')
NAMES = re.compile(r'\{\s*"([^"]+)"\s*,')


def catalogue(root):
    """key -> names of its arguments."""
    path = root / "ui/strings/compile.py"
    spec = importlib.util.spec_from_file_location("compile_strings", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["compile_strings"] = module
    spec.loader.exec_module(module)
    entries, _ = module.parse_po(root / "ui/strings" / REFERENCE)
    return {entry.key: set(re.findall(r"\{\s*([a-z]\w*)\s*[,}]", entry.text, re.ASCII)) for entry in entries if entry.key}


def sources(root):
    for path in tree.files(root, tree.CPP):
        if path.parts[0] in SPEAKING:
            yield path, tree.without_comments(tree.read(root, path))


def lint(root):
    keys = catalogue(root)
    for path, text in sources(root):
        for pattern, endings in CALLS:
            for match in pattern.finditer(text):
                for ending in endings:
                    if match[1] + ending not in keys:
                        yield tree.Finding(path, tree.line_of(text, match.start()),
                                           f"'{match[1] + ending}' is not in ui/strings/{REFERENCE}")
        for match in ARGUMENTS.finditer(text):
            given, wanted = set(NAMES.findall(match[2])), keys.get(match[1])
            if wanted is not None and given != wanted:
                yield tree.Finding(path, tree.line_of(text, match.start()),
                                   f"'{match[1]}' is given {sorted(given)}, its text has {sorted(wanted)}")


def report(root):
    literals = {literal for _, text in sources(root) for literal in re.findall(r'"([^"\n]+)"', text)}
    for key in sorted(catalogue(root)):
        # "error." + name + ".title": parts of a key may stand in literals of their own.
        beginnings = {key[:end + 1] for end, letter in enumerate(key) if letter == "."}
        stems = {beginning[:-1] for beginning in beginnings}
        if key not in literals and not (beginnings | stems) & literals:
            yield f"note: ui/strings/{REFERENCE}: '{key}' is not used by anything that this search understands"


if __name__ == "__main__":
    sys.exit(tree.main(lint, report))
