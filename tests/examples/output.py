"""Compare what a program printed with a file that says what it may print.

The file holds views of the output. A view begins with a line `== KIND ...`, and a file that begins without one is a single view of all
lines, in order:

  == lines REGEX          the lines in which REGEX is found are these, in this order
  == set REGEX            ... in any order
  == before A => B        every line in which A is found comes before every line in which B is found; there are both
  == check NAME           the function NAME of seed_checks.py finds nothing wrong

Every line of the output must be part of a view. In a view's lines <int>, <float> (two digits behind the point), <hex>, <time>, <ctime>,
<any> and <this|that> stand for what they say; `%(` `%|` `%)` on lines of their own group lines, with ?, *, +, {n} or {n,m} behind the
closing one. Lines that begin with # are comments.
"""
import re

import seed_checks

TOKENS = {
    "int": r"-?\d+",
    "float": r"\d+\.\d\d",
    "hex": r"0x[0-9a-f]+",
    "time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}",
    "ctime": r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}",
    "any": r"[^\n]*",
}
TOKEN = re.compile(r"<(?:%s|[^<>|]+(?:\|[^<>|]+)+)>" % "|".join(TOKENS))
GROUP = re.compile(r"%(\(|\||\)(?:[?*+]|\{\d+(?:,\d+)?\})?)")


def pattern_of(line):
    """The regular expression of one expected line."""
    parts, end = [], 0
    for token in TOKEN.finditer(line):
        parts.append(re.escape(line[end:token.start()]))
        name = token.group()[1:-1]
        parts.append(TOKENS.get(name) or "(?:%s)" % "|".join(map(re.escape, name.split("|"))))
        end = token.end()
    return "".join(parts) + re.escape(line[end:])


def pattern_in_order(lines):
    """The regular expression of several lines, groups included."""
    parts = []
    for line in lines:
        group = GROUP.fullmatch(line)
        parts.append(group.group(1).replace("(", "(?:") if group else pattern_of(line) + "\n")
    return "".join(parts)


def can_be_assigned(expected, lines):
    """Whether each expected line can have a line of its own (augmenting paths)."""
    owners = {}

    def assign(pattern, seen):
        for index, line in enumerate(lines):
            if index not in seen and re.fullmatch(pattern, line):
                seen.add(index)
                if index not in owners or assign(owners[index], seen):
                    owners[index] = pattern
                    return True
        return False

    return len(expected) == len(lines) and all(assign(pattern_of(line), set()) for line in expected)


def read_views(path):
    views = []
    with open(path, encoding="utf-8") as text:
        for line in text.read().splitlines():
            if line.startswith("#"):
                continue
            if line.startswith("== "):
                kind, _, argument = line[3:].partition(" ")
                views.append((kind, argument, []))
            elif views:
                views[-1][2].append(line)
            else:
                views.append(("lines", "", [line]))
    return views


def positions(lines, regex):
    return [index for index, line in enumerate(lines) if re.search(regex, line)]


def wrong_in_view(view, lines):
    kind, argument, expected = view
    if kind == "check":
        return getattr(seed_checks, argument)(lines)
    if kind == "before":
        first, second = (positions(lines, regex) for regex in argument.split(" => "))
        is_right = first and second and first[-1] < second[0]
    else:
        seen = [lines[index] for index in positions(lines, argument)]
        if kind == "lines":
            is_right = re.fullmatch(pattern_in_order(expected), "".join(line + "\n" for line in seen))
        else:
            is_right = can_be_assigned(expected, seen)
    return None if is_right else "not so"


def differences(path, output):
    """One line for each thing that is not as the file says."""
    lines = output.splitlines()
    views = read_views(path)
    covered = set()
    for view in views:
        wrong = wrong_in_view(view, lines)
        if wrong:
            yield f"{wrong}: == {view[0]} {view[1]}"
        if view[0] in ("lines", "set"):
            covered.update(positions(lines, view[1]))
    for index, line in enumerate(lines):
        if index not in covered:
            yield f"a line that is not expected: {line}"
