"""Mutants of a C++ source: one small change each, of the kinds that would let money or paper go astray.

Text, not syntax: the sources are formatted by clang-format, so a line tells what it is. A change that does not compile
is recognised by the compiler and does not count.
"""

import dataclasses
import hashlib
import re


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str           # from the repository's root
    line: int           # from 1
    kind: str
    before: str         # the line, stripped
    after: str          # what stands there instead
    nth: int            # among equal ones of this file
    source: str         # the whole file, changed

    @property
    def key(self):
        """The same as long as the line is, wherever it stands."""
        return hashlib.sha256("\0".join((self.file, self.kind, self.before, self.after, str(self.nth))).encode()).hexdigest()

    def __str__(self):
        return f"{self.file}:{self.line}: {self.kind}: {self.before}  ->  {self.after or '(nothing)'}"


SWAPS = [
    ("flip comparison", re.compile(r" (==|!=|<=|>=|<|>) "),
     {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}),
    ("reverse comparison", re.compile(r" (<=|>=|<|>) "), {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}),
    ("and, or", re.compile(r" (&&|\|\|)(?= |$)"), {"&&": "||", "||": "&&"}),
    ("true, false", re.compile(r"\b(?:co_)?return (true|false);"), {"true": "false", "false": "true"}),
    ("plus, minus", re.compile(r" ([+-]) (?=[\w(])"), {"+": "-", "-": "+"}),
]
ROW = re.compile(r"^\s+Row\{(?P<state>\w+), (?P<event>[\w:]+), \{(?P<next>\w+), (?P<action>[\w:]+)\}\},$")
# A row of a plain list: a key and what it is given, `{"Edy", no_sale},`.
PAIR = re.compile(r'^\s+\{"[^"]+", (?P<value>[a-z_]+)\},$')
# One whole statement on a line that does something and declares nothing.
STATEMENT = re.compile(r"^\s+(?:\(void\))?(?:co_await )?(?!return\b|co_return\b|using\b|const\b|auto\b|constexpr\b|"
                       r"break\b|case\b|throw\b|static\b|assert\b|log_event\b)"
                       r"(?:[+-]{2})?[\w*][\w.:*>()-]*(?:\(.*\)| (?:=|\+=|\|=) .+);$")
GUARD = re.compile(r"^\s+if \(.+\) (?:co_)?return\b.*;$|^\s+if \(.+\) (?:continue|break|tell\(.*\)|[\w.]+ = .+);$")
SKIPPED = re.compile(r"^\s*(?:#|//|\*|/\*|namespace |using |template|case |log_event|assert|enum |struct |class )|log_event\(")


def mutants(file, text):
    """Every mutant of the file, in the order of its lines."""
    lines = text.split("\n")
    rows = [found for line in lines if (found := ROW.match(line) or PAIR.match(line))]
    seen = {}
    out = []
    for index, line in enumerate(lines):
        for kind, changed in changes(line, rows):
            if changed == line:
                continue
            same = (kind, line.strip(), changed.strip())
            seen[same] = seen.get(same, 0) + 1
            source = "\n".join([*lines[:index], changed, *lines[index + 1:]])
            out.append(Mutant(file, index + 1, kind, line.strip(), changed.strip(), seen[same], source))
    return out


def changes(line, rows):
    """(kind, the line changed) for each thing that can be changed in it."""
    if SKIPPED.search(line):
        return
    if row := ROW.match(line) or PAIR.match(line):
        yield from changes_of_row(line, row, rows)
        return
    code, comment = split_comment(line)
    for kind, pattern, other in SWAPS:
        for found in pattern.finditer(code):
            begin, end = found.span(1)
            yield kind, code[:begin] + other[found[1]] + code[end:] + comment
    if negated := negate(code):
        yield "negate condition", negated + comment
    if GUARD.match(code):
        yield "drop guard", ""
    elif STATEMENT.match(code) and balanced(code):
        yield "drop statement", ";"


def changes_of_row(line, row, rows):
    yield "drop row", ""
    for part in row.re.groupindex:
        if part in ("state", "event"):
            continue
        names = sorted({each[part] for each in rows if each.re is row.re})
        begin, end = row.span(part)
        other = names[(names.index(row[part]) + 1) % len(names)]
        yield f"another {part}", line[:begin] + other + line[end:]


def split_comment(line):
    at = line.find("  //")
    return (line, "") if at < 0 else (line[:at], line[at:])


def balanced(code):
    return all(code.count(a) == code.count(b) for a, b in ("()", "[]", "{}"))


def negate(code):
    """`if (x)` as `if (!(x))`; of a condition with a declaration before it, the condition alone."""
    found = re.search(r"\b(?:if|while) \(", code)
    if not found or "if constexpr" in code:
        return None
    depth, begin = 1, found.end()
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            condition = code[begin:at]
            declared, semicolon, rest = condition.rpartition("; ")
            if re.fullmatch(r"[^&|]+ [!=]= [^&|]+", rest):
                return None     # the flipped comparison is the same
            if not semicolon and re.match(r"(?:const )?(?:auto|Status|Result)\b", rest):
                return None     # `if (const auto* x = ...)`: nothing to negate in a line
            return f"{code[:begin]}{declared}{semicolon}!({rest}){code[at:]}"
    return None
