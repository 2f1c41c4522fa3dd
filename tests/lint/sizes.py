#!/usr/bin/env python3
"""Files over 600 lines and functions over 60 are design questions: they are reported. Files over 900 lines fail."""

import re
import sys

import tree

ASK_FILE, FAIL_FILE, ASK_FUNCTION = 600, 900, 60
SOURCES = tree.CPP | {".py", ".sh"}
CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern\s*\"C\")\b[^()]*$|\bTEST_GROUP\w*\(")


def code_only(text):
    """Comments and strings blanked, so that braces are braces."""
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', lambda m: " " * len(m[0]), tree.without_comments(text))


def functions(text):
    """(line, lines, head) of every function body that stands in a file, namespace or class."""
    code = code_only(text)
    depth_of_function = None
    stack = []      # one entry for each open brace: is it a namespace or class?
    last = 0        # where the text before the next brace begins
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match[0] == "{":
            head = code[last:at]
            container = bool(CONTAINER.search(head))
            if depth_of_function is None and not container and all(stack) and "(" in head:
                depth_of_function = len(stack)
                begin, name = at, " ".join(head.split())[-80:]
            stack.append(container)
        elif match[0] == "}" and stack:
            stack.pop()
            if depth_of_function == len(stack):
                first = tree.line_of(code, begin)
                yield first, tree.line_of(code, at) - first + 1, name
                depth_of_function = None
        last = at + 1


def lint(root):
    for path in tree.files(root, SOURCES):
        count = tree.read(root, path).count("\n")
        if count > FAIL_FILE:
            yield tree.Finding(path, 1, f"{count} lines; more than {FAIL_FILE} are too many")


def report(root):
    """What to think about; no failure."""
    for path in tree.files(root, SOURCES):
        text = tree.read(root, path)
        if text.count("\n") > ASK_FILE:
            yield f"note: {path}: {text.count(chr(10))} lines"
        if path.suffix in tree.CPP:
            for line, lines, head in functions(text):
                if lines > ASK_FUNCTION:
                    yield f"note: {path}:{line}: a function of {lines} lines: {head}"


if __name__ == "__main__":
    sys.exit(tree.main(lint, report))
