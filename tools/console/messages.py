#!/usr/bin/env python3
"""Writes TypeScript types for the messages that the project describes in C++, so that there is one description.

    messages.py --out messages.ts HEADER...

Reads MADOGUCHI_DESCRIBE, MADOGUCHI_ENUM and `using X = std::variant<...>` of the headers, and the declarations that
they name. What it does not understand is one line "file: what" and exit code 1: a field never gets lost in silence.
"""

import argparse
import re
import sys
from pathlib import Path

PLAIN = {"std::string": "string", "bool": "boolean", "double": "number", "Bytes": "string",
         **{f"std::{sign}int{bits}_t": "number" for sign in ("", "u") for bits in (8, 16, 32, 64)}}
# Namespaces whose names would be other headers', too: consult::Topic becomes ConsultTopic.
PREFIXED = ("consult",)


class Mistake(Exception):
    """What is not understood, without the place."""


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def typescript(cpp: str, known: set[str]) -> str:
    cpp = cpp.strip()
    if cpp in PLAIN:
        return PLAIN[cpp]
    if match := re.fullmatch(r"std::vector<(.+)>", cpp):
        return f"{typescript(match[1], known)}[]"
    if match := re.fullmatch(r"std::variant<(.+)>", cpp):
        return " | ".join(typescript(one, known) for one in names_in(match[1]))
    if match := re.fullmatch(r"std::map<std::string, ?(.+)>", cpp):
        return f"Record<string, {typescript(match[1], known)}>"
    name = cpp.split("::")[-1]
    if re.fullmatch(r"[\w:]+", cpp) and name in known:
        return name
    raise Mistake(f"no type for '{cpp}'")


def with_prefixes(text: str) -> str:
    """The header as if the names of PREFIXED namespaces had their prefix in C++, too."""
    for namespace in PREFIXED:
        prefix = namespace.capitalize()
        text = re.sub(rf"\b{namespace}::(?=[A-Z])", prefix, text)
        if f"namespace madoguchi::{namespace} {{" in text:
            for name in set(re.findall(r"^(?:struct|enum class|using) ([A-Z]\w*)\b", text, re.MULTILINE)):
                text = re.sub(rf"(?<!::)\b{name}\b", prefix + name, text)
    return text


def bodies(text: str) -> dict[str, str]:
    """struct -> what stands between its braces."""
    found = {}
    for match in re.finditer(r"\bstruct (\w+) \{", text):
        depth, at = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        found[match[1]] = text[match.end():at - 1]
    return found


def declaration(body: str, field: str) -> str:
    """The type of a member."""
    for statement in body.split(";"):
        words = " ".join(statement.split())
        if match := re.fullmatch(rf"(.+?) {field}( ?(=|\{{).*)?", words):
            return match[1]
    raise Mistake(f"'{field}' is not declared")


def interface(name: str, fields: list[str], body: str, known: set[str]) -> list[str]:
    lines = [f"export interface {name} {{"]
    if tag := re.search(r'std::string_view tag = "(\w+)"', body):
        lines.append(f"  type: '{tag[1]}';")
    for field in fields:
        cpp = declaration(body, field)
        optional = re.fullmatch(r"std::optional<(.+)>", cpp)
        try:
            lines.append(f"  {field}{'?' if optional else ''}: {typescript(optional[1] if optional else cpp, known)};")
        except Mistake as mistake:
            raise Mistake(f"{name}.{field}: {mistake}") from None
    return lines + ["}"]


def names_in(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def translate(text: str, known: set[str]) -> list[str]:
    """One header; `known` gets the names that it defines."""
    enums = re.findall(r"^MADOGUCHI_ENUM\((\w+),([^)]*)\)", text, re.MULTILINE)
    described = re.findall(r"^MADOGUCHI_DESCRIBE\((\w+)((?:,[^)]*)?)\)", text, re.MULTILINE)
    variants = re.findall(r"\busing (\w+) =\s*std::variant<([^;]*)>;", text)
    known |= {name for name, _ in enums + described + variants}
    lines = []
    for name, values in enums:
        words = ", ".join(f"'{value}'" for value in names_in(values))
        lines += [f"export const {name}Names = [{words}] as const;",
                  f"export type {name} = (typeof {name}Names)[number];"]
    inside = bodies(text)
    for name, fields in described:
        if name not in inside:
            raise Mistake(f"struct {name} is not in this header")
        lines += interface(name, names_in(fields), inside[name], known)
    for name, alternatives in variants:
        lines.append(f"export type {name} = {' | '.join(typescript(one, known) for one in names_in(alternatives))};")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("headers", type=Path, nargs="+", help="those that others name first")
    arguments = parser.parse_args()
    known: set[str] = set()
    lines = ["// Made by tools/console/messages.py from the C++ headers; do not edit."]
    for header in arguments.headers:
        try:
            lines += translate(with_prefixes(without_comments(header.read_text("utf-8"))), known)
        except Mistake as mistake:
            print(f"{header}: {mistake}", file=sys.stderr)
            return 1
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
