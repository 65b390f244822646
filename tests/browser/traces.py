"""Text traces that the page has to bear: names that would be markup, many findings, many bars."""

HOSTILE = [
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=2</script>",
    '"><img src=x onerror=window.hacked=3>',
    "' onmouseover='window.hacked=4",
    "<!--",
    "]]></svg><svg onload=window.hacked=5>",
    "a&lt;b&amp;c",
    "%s%n%o0%",
    "\u202egnp.exe",
]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def inversion(threads, locks, place):
    """Two threads take two locks in opposite order, each line at a place of its own."""
    (t1, t2), (a, b) = threads, locks
    steps = [(t1, "acq", a), (t1, "acq", b), (t1, "rel", b), (t1, "rel", a), (t2, "acq", b), (t2, "acq", a), (t2, "rel", a), (t2, "rel", b)]
    return [f"{thread}|{deed}({lock})|{place + i}" for i, (thread, deed, lock) in enumerate(steps)]


def hostile():
    lines = []
    for i, name in enumerate(HOSTILE):
        lines += inversion([quoted(f"{n}{name}") for n in "12"], [quoted(f"{n}{name}") for n in "AB"], 10 * i + 1)
    return lines


def many_findings(n):
    lines = []
    for i in range(n):
        lines += inversion(["T1", "T2"], [f"A{i}", f"B{i}"], 10 * i + 1)
    return lines


def many_bars(n):
    """Two bars for every four lines, of eight threads; and two that wait for each other at the end."""
    lines = []
    for i in range(n // 2):
        lock, thread = f"L{i % 13}", f"worker-{i % 8}"
        lines += [f"{thread}|acq({lock})|{i % 50}", f"{thread}|acq(own-{thread})|60", f"{thread}|rel(own-{thread})|61", f"{thread}|rel({lock})|62"]
    return lines + ["left|acq(X)|70", "right|acq(Y)|71", "left|req(Y)|72", "right|req(X)|73"]
