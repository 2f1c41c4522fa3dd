#!/usr/bin/env python3
"""Compiles the PO files of ui/strings into the catalogue that a program carries inside itself.

    compile.py --out catalogue_data.cpp ja.po en.po
    compile.py --plain --namespace madoguchi::payment --include firmware/payment/staff_words_data.h --out ... ja.po en.po

The first file is the reference. Every language must have the same keys, and every key the same arguments of the same
kind (a number or text) in every language. A mistake is one line "file:line: what" on standard error and exit code 1:
a translation that does not fit never reaches a kiosk.
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
ARGUMENT = re.compile(r"[a-z][a-z0-9_]*\Z")
# 1通 250円: Japanese sets no space beside a number.
SPACED_NUMBER = re.compile(r"[^\x00-\x7f] [{0-9]|[}0-9] [^\x00-\x7f]")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
NUMBER, TEXT = "a number", "text"
KINDS = {"": TEXT, "number": NUMBER, "plural": NUMBER, "selectordinal": NUMBER, "select": TEXT}


class Mistake(Exception):
    """What is wrong, without the place."""


@dataclass
class Entry:
    line: int
    key: str = ""
    text: str = ""
    arguments: dict[str, str] = field(default_factory=dict)


def quoted(text: str) -> str:
    """The content of one PO string: "..." with the escapes of C that PO editors write."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise Mistake(f"expected a quoted string, found {text!r}")
    out, rest = [], iter(text[1:-1])
    for char in rest:
        if char == '"':
            raise Mistake("a quotation mark inside a string needs a backslash")
        if char != "\\":
            out.append(char)
            continue
        escape = next(rest, "")
        if escape not in ESCAPES:
            raise Mistake(f"unknown escape \\{escape}")
        out.append(ESCAPES[escape])
    return "".join(out)


def parse_po(path: Path) -> tuple[list[Entry], list[str]]:
    """The entries of a PO file in order, and the mistakes of its form."""
    entries: list[Entry] = []
    mistakes: list[str] = []
    part = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        try:
            if line.startswith("#,") and "fuzzy" in line:
                raise Mistake("is marked fuzzy: have it reviewed first")
            if not line or line.startswith("#"):
                part = None
            elif line.startswith("msgid "):
                entries.append(Entry(number, key=quoted(line[6:].strip())))
                part = "key"
            elif line.startswith("msgstr "):
                if part != "key":
                    raise Mistake("msgstr without its msgid")
                entries[-1].text = quoted(line[7:].strip())
                part = "text"
            elif line.startswith('"') and part:
                setattr(entries[-1], part, getattr(entries[-1], part) + quoted(line))
            else:
                raise Mistake(f"not understood: {line[:40]!r}")
        except Mistake as mistake:
            mistakes.append(f"{path}:{number}: {mistake}")
    return entries, mistakes


class Pattern:
    """Reads one ICU MessageFormat pattern and collects its arguments. Apostrophes quote as ICU's default does: only
    before a brace (and inside a plural before #)."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0
        self.arguments: dict[str, str] = {}

    def read(self) -> dict[str, str]:
        self.message(depth=0)
        return self.arguments

    def message(self, depth: int) -> None:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "'" and self.text[self.at + 1 : self.at + 2] in ("{", "}", "#", "|"):
                end = self.text.find("'", self.at + 2)
                self.at = len(self.text) if end < 0 else end + 1
            elif char == "{":
                self.at += 1
                self.argument(depth)
            elif char == "}":
                if depth == 0:
                    raise Mistake("a } too many")
                return
            else:
                self.at += 1
        if depth:
            raise Mistake("a } is missing")

    def until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        if self.at == len(self.text):
            raise Mistake("a } is missing")
        return self.text[start : self.at].strip()

    def argument(self, depth: int) -> None:
        name = self.until(",{}")
        if not ARGUMENT.match(name):
            raise Mistake(f"{{{name}}} is not an argument's name (lower-case letters, digits, _)")
        kind = ""
        if self.text[self.at] == ",":
            self.at += 1
            kind = self.until(",{}")
        if kind not in KINDS:
            raise Mistake(f"{{{name}, {kind}}}: use number, plural, selectordinal or select")
        if self.arguments.setdefault(name, KINDS[kind]) != KINDS[kind]:
            raise Mistake(f"{{{name}}} is once a number and once text")
        if kind in ("plural", "selectordinal", "select"):
            self.cases(name, depth)
        if self.at >= len(self.text) or self.text[self.at] != "}":
            raise Mistake(f"{{{name}}}: a }} is missing or a style is not allowed")
        self.at += 1

    def cases(self, name: str, depth: int) -> None:
        """One {text} for each selector, up to the brace that closes the argument."""
        if self.text[self.at] != ",":
            raise Mistake(f"{{{name}}} has no cases")
        self.at += 1
        selectors = set()
        while selector := self.until("{}"):
            if self.text[self.at] == "}":
                raise Mistake(f"{{{name}}}: the case {selector} has no text")
            selectors.add(selector)
            self.at += 1
            self.message(depth + 1)
            if self.at >= len(self.text):
                raise Mistake("a } is missing")
            self.at += 1
        if "other" not in selectors:
            raise Mistake(f"{{{name}}} lacks the case other")


def check_entries(path: Path, entries: list[Entry], plain: bool = False) -> tuple[dict[str, Entry], list[str]]:
    """The catalogue of one language, and what is wrong with it taken alone."""
    catalogue: dict[str, Entry] = {}
    mistakes = []
    for entry in entries:
        try:
            if entry.key == "":
                if "charset=UTF-8" not in entry.text:
                    raise Mistake("the header must say charset=UTF-8")
                continue
            if not KEY.match(entry.key):
                raise Mistake(f'"{entry.key}" is not a key such as "pin.title"')
            if entry.key in catalogue:
                raise Mistake(f'"{entry.key}" stands already in line {catalogue[entry.key].line}')
            if not entry.text.strip():
                raise Mistake(f'"{entry.key}" has no text')
            if path.stem == "ja" and SPACED_NUMBER.search(entry.text):
                raise Mistake("a space beside a number")
            catalogue[entry.key] = entry
            entry.arguments = Pattern(entry.text).read()
            if plain and re.search(r"\{[^{}]*[^{}a-z0-9_]", entry.text):
                raise Mistake("only arguments such as {name} are filled in here")
        except Mistake as mistake:
            mistakes.append(f"{path}:{entry.line}: {entry.key or 'header'}: {mistake}")
    return catalogue, mistakes


def compare(reference: Path, wanted: dict[str, Entry], path: Path, given: dict[str, Entry]) -> list[str]:
    """What differs between a language and the reference."""
    mistakes = []
    for key, entry in wanted.items():
        if key not in given:
            mistakes.append(f"{path}:1: {key} is missing ({reference.name}:{entry.line} has it)")
        elif given[key].arguments != entry.arguments:
            mistakes.append(
                f"{path}:{given[key].line}: {key} has the arguments {given[key].arguments}, "
                f"{reference.name}:{entry.line} has {entry.arguments}"
            )
    mistakes += [
        f"{path}:{entry.line}: {key} is missing in {reference.name}" for key, entry in given.items() if key not in wanted
    ]
    return mistakes


def c_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def identifier(language: str) -> str:
    return language.replace("-", "_") + "_entries"


def cpp_source(catalogues: dict[str, dict[str, Entry]], include: str, namespace: str) -> str:
    lines = [
        "// Made by ui/strings/compile.py from the PO files; do not edit.",
        f'#include "{include}"',
        "",
        f"namespace {namespace} {{",
        "namespace {",
    ]
    for language, catalogue in catalogues.items():
        lines.append(f"constexpr CatalogueEntry {identifier(language)}[] = {{")
        lines += [f"    {{{c_string(key)}, {c_string(catalogue[key].text)}}}," for key in sorted(catalogue)]
        lines.append("};")
    lines += ["constexpr CatalogueLanguage languages[] = {"]
    lines += [f'    {{"{language}", {identifier(language)}}},' for language in catalogues]
    lines += ["};", "}  // namespace", ""]
    lines += ["std::span<const CatalogueLanguage> compiled_catalogue() { return languages; }", ""]
    lines += [f"}}  // namespace {namespace}", ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the C++ file to write; without it the files are only checked")
    parser.add_argument("--include", default="ui/strings/catalogue_data.h", help="the header that declares it")
    parser.add_argument("--namespace", default="madoguchi::ui")
    parser.add_argument("--plain", action="store_true", help="for a program without ICU: arguments are {name} only")
    parser.add_argument("po", type=Path, nargs="+", help="one file a language, the reference first")
    arguments = parser.parse_args()

    catalogues: dict[str, dict[str, Entry]] = {}
    mistakes: list[str] = []
    for path in arguments.po:
        entries, found = parse_po(path)
        catalogue, more = check_entries(path, entries, arguments.plain)
        catalogues[path.stem] = catalogue
        mistakes += found + more
    reference, *others = arguments.po
    for path in others:
        mistakes += compare(reference, catalogues[reference.stem], path, catalogues[path.stem])
    if mistakes:
        print("\n".join(mistakes), file=sys.stderr)
        return 1
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(cpp_source(catalogues, arguments.include, arguments.namespace), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
