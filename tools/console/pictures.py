#!/usr/bin/env python3
"""Writes the kiosk's pictograms and illustrations as JSON for the helper's page, so that both draw from one source.

    pictures.py --out pictures.json --theme theme.h --inks drawing.cpp --pictograms FILE... --illustrations FILE...

Reads the `Stroke` and `Drawing` tables of ui/kit and the colours of ui/theme. A path comes out in SVG's commands: those
of ui/kit/drawing.h that SVG does not have (O, R and A) are written as arcs. What it does not understand is one line
"file: what" and exit code 1: a picture never gets lost in silence.
"""

import argparse
import json
import math
import re
import sys
from pathlib import Path

ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Z": 0, "O": 3, "R": 5, "A": 5}
OF_THE_CONTROL = ("line", "soft")  # inks whose colour is chosen by whoever draws


class Mistake(Exception):
    """What is not understood, without the place."""


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


def short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".") if abs(number) >= 0.0005 else "0"


def joined(*parts: "str | float") -> str:
    return " ".join(part if isinstance(part, str) else short(part) for part in parts)


def circle(cx: float, cy: float, r: float) -> str:
    return joined("M", cx + r, cy, "A", r, r, 0, 1, 1, cx - r, cy, "A", r, r, 0, 1, 1, cx + r, cy, "Z")


def rounded(x: float, y: float, w: float, h: float, radius: float) -> str:
    r = min(max(radius, 0), min(w, h) / 2)
    corner = ("A", r, r, 0, 0, 1)
    return joined("M", x + w - r, y, *corner, x + w, y + r, "V", y + h - r, *corner, x + w - r, y + h,
                  "H", x + r, *corner, x, y + h - r, "V", y + r, *corner, x + r, y, "Z")


def arc(cx: float, cy: float, r: float, start: float, end: float) -> str:
    def at(degrees: float) -> tuple[float, float]:
        return cx + r * math.cos(math.radians(degrees)), cy + r * math.sin(math.radians(degrees))
    return joined("M", *at(start), "A", r, r, 0, 1 if end - start > 180 else 0, 1, *at(end))


def svg_path(path: str) -> str:
    words = path.split()
    out = []
    while words:
        command = words.pop(0)
        if command not in ARGUMENTS or len(words) < ARGUMENTS[command]:
            raise Mistake(f"no path: '{path}'")
        try:
            numbers = [float(words.pop(0)) for _ in range(ARGUMENTS[command])]
        except ValueError:
            raise Mistake(f"no path: '{path}'") from None
        shape = {"O": circle, "R": rounded, "A": arc}.get(command)
        out.append(shape(*numbers) if shape else joined(command, *numbers))
    return " ".join(out)


def tokens(text: str) -> list[str]:
    """Braces, commas, names, numbers, strings; strings that stand side by side are one."""
    found = []
    for match in re.finditer(r'"[^"\n]*"|[{}(),]|[\w:.+-]+|\S', text):
        if match[0].startswith('"') and found and found[-1].startswith('"'):
            found[-1] = found[-1][:-1] + match[0][1:]
        else:
            found.append(match[0])
    return found


def nested(words: list[str]) -> list:
    """What stands between a brace and its partner, as lists in lists; takes it off the words."""
    if not words or words.pop(0) != "{":
        raise Mistake("'{' is missing")
    out = []
    while words and words[0] != "}":
        out.append(nested(words) if words[0] == "{" else words.pop(0))
        if words and words[0] == ",":
            words.pop(0)
    if not words:
        raise Mistake("'}' is missing")
    words.pop(0)
    return out


def strokes_of(text: str) -> dict[str, list]:
    found = {}
    for match in re.finditer(r"constexpr Stroke (\w+)\[\] = (\{.*?\});", text, re.DOTALL):
        strokes = []
        for one in nested(tokens(match[2])):
            if len(one) != 3 or not one[0].startswith("Ink::") or not one[2].startswith('"'):
                raise Mistake(f"{match[1]}: a stroke is ink, width and path")
            strokes.append({"ink": one[0].removeprefix("Ink::"), "width": float(one[1]),
                            "path": svg_path(one[2].strip('"'))})
        found[match[1]] = strokes
    if len(found) != len(re.findall(r"\bStroke \w+\[\]", text)):
        raise Mistake("a table of strokes is not understood")
    return found


def layer(words: list, strokes: dict[str, list]) -> dict:
    if not 1 <= len(words) <= 5 or words[0] not in strokes:
        # One layer alone may stand in braces of its own.
        if len(words) == 1 and isinstance(words[0], list):
            return layer(words[0], strokes)
        raise Mistake(f"no layer: {words}")
    x, y, scale, degrees = ([float(word) for word in words[1:]] + [0, 0, 1, 0][len(words) - 1:])
    moves = [f"translate({short(x)} {short(y)})"] if x or y else []
    moves += [f"scale({short(scale)})"] if scale != 1 else []
    moves += [f"rotate({short(degrees)})"] if degrees else []
    return {"transform": " ".join(moves), "strokes": strokes[words[0]]}


def drawings_of(text: str, strokes: dict[str, list]) -> dict[str, dict]:
    found = {}
    for match in re.finditer(r"std::to_array<Drawing>\((\{.*?\})\);", text, re.DOTALL):
        for name, width, height, layers in nested(tokens(match[1])):
            while len(layers) == 1 and isinstance(layers[0], list) and isinstance(layers[0][0], list):
                layers = layers[0]
            found[name.strip('"')] = {"width": float(width), "height": float(height),
                                      "layers": [layer(one, strokes) for one in layers]}
    if not found and "<Drawing>" in text:
        raise Mistake("its table of drawings is not understood")
    return found


def read(files: list[Path]) -> dict[str, dict]:
    """Of all files together: pieces may be shared, so a later file knows the earlier ones' strokes."""
    shared: dict[str, list] = {}
    found = {}
    for file in files:
        text = without_comments(file.read_text("utf-8"))
        try:
            own = strokes_of(text)
            if file.suffix == ".h":
                shared |= own
            found |= drawings_of(text, shared | own)
        except Mistake as mistake:
            raise Mistake(f"{file}: {mistake}") from None
    if not found:
        raise Mistake(f"{files[-1]}: no drawing is in it")
    return found


def colours(theme: Path, inks: Path) -> dict[str, str]:
    known = dict(re.findall(r"constexpr Colour (\w+)\{0x([0-9a-f]{6})\}", theme.read_text("utf-8")))
    out = {}
    for ink, colour in re.findall(r"case Ink::(\w+):\s+return colour::(\w+);", inks.read_text("utf-8")):
        if colour not in known:
            raise Mistake(f"{theme}: no colour '{colour}'")
        out[ink] = f"#{known[colour]}"
    return out


def check_inks(pictures: dict[str, dict], known: dict[str, str]) -> None:
    for name, drawing in pictures.items():
        for each in drawing["layers"]:
            for stroke in each["strokes"]:
                if stroke["ink"] not in known and stroke["ink"] not in OF_THE_CONTROL:
                    raise Mistake(f"{name}: ink '{stroke['ink']}' has no colour")


def with_pieces_once(pictures: dict[str, dict], pieces: list) -> dict[str, dict]:
    """The same pictures, whose layers name their strokes by their place in `pieces`, where each stands once."""
    for drawing in pictures.values():
        for each in drawing["layers"]:
            strokes = each.pop("strokes")
            if strokes not in pieces:
                pieces.append(strokes)
            each["piece"] = pieces.index(strokes)
    return pictures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--theme", type=Path, required=True)
    parser.add_argument("--inks", type=Path, required=True)
    parser.add_argument("--pictograms", type=Path, nargs="+", required=True)
    parser.add_argument("--illustrations", type=Path, nargs="+", required=True)
    arguments = parser.parse_args()
    try:
        out = {"colours": colours(arguments.theme, arguments.inks), "pieces": []}
        for kind in ("pictograms", "illustrations"):
            pictures = read(getattr(arguments, kind))
            check_inks(pictures, out["colours"])
            out[kind] = with_pieces_once(pictures, out["pieces"])
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
