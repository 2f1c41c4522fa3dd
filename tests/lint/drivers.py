#!/usr/bin/env python3
"""Every driver in hal/ has a README.md with the same headings, so that a technician finds the same things anywhere."""

import re
import sys

import tree

HEADINGS = ["Hardware", "Access needed", "Faults it raises", "Quirks", "How to record a trace"]


def lint(root):
    drivers = {path.parts[1] for path in tree.files(root / "hal", tree.CPP) for path in [tree.pathlib.Path("hal") / path]
               if len(path.parts) > 2} - {"api"}
    for driver in sorted(drivers):
        readme = tree.pathlib.Path("hal") / driver / "README.md"
        if not (root / readme).exists():
            yield tree.Finding(readme, 1, "is missing")
            continue
        found = re.findall(r"^## (.+?)\s*$", tree.read(root, readme), re.MULTILINE)
        for heading in HEADINGS:
            if heading not in found:
                yield tree.Finding(readme, 1, f"has no heading '## {heading}'")


if __name__ == "__main__":
    sys.exit(tree.main(lint))
