"""script/bench record: what recording costs, natively = 1, beside every peer that is installed.

Each round runs a case under every tool in turn (A B A B), so that what disturbs the machine disturbs all of them. A tool's figure is
the median of its ratios to the native run of the same round with the same amount of work.
"""
import os
import platform
import shutil
import statistics
import tempfile

import cases
import tools as tool_table

QUICK_PEER_CASES = {"pair", "contended", "condition", "memcached", "xz -T2"}
QUICK_SLOWEST_CASES = {"pair", "condition"}
SLOWEST_PEERS = {"Helgrind", "DRD"}
SLOW_PEERS = SLOWEST_PEERS | {"uftrace", "LTTng-UST"}


class Row:
    """A case and everything measured of it."""

    def __init__(self, case):
        self.case = case
        self.natives = []  # samples of whole runs
        self.samples = {}  # tool name -> [(sample, native sample of the same work)]
        self.reasons = {}  # tool name -> why there is none
        self.recording = None  # (bytes, events, dropped), or a text why not
        self.output_differs = False

    def ratios(self, name, attribute="value"):
        pairs = self.samples.get(name, [])
        return [getattr(s, attribute) / getattr(n, attribute) for s, n in pairs if getattr(n, attribute) > 0]

    def ratio(self, name, attribute="value"):
        ratios = self.ratios(name, attribute)
        return statistics.median(ratios) if ratios else None

    def median(self, name, attribute):
        samples = self.natives if name == "native" else [s for s, _ in self.samples.get(name, [])]
        return statistics.median(getattr(s, attribute) for s in samples) if samples else None


class Measurement:
    def __init__(self, build, quick, rounds, timeout_s, say):
        self.quick, self.say = quick, say
        self.rounds = rounds or (3 if quick else 7)
        self.timeout_s = timeout_s
        self.tools = tool_table.all_tools(build)
        self.native, self.track = self.tools[0], self.tools[1]
        self.natives_by_scale = {}

    def _scale(self, tool, case):
        if not isinstance(case, cases.Program):
            return tool.workload_scale
        return case.slowest_scale if tool.name in SLOWEST_PEERS else tool.program_scale

    def _reason(self, tool, case, round_number):
        """Why this tool does not run this case in this round; '' when it is only enough."""
        if tool.missing():
            return tool.missing()
        if tool.needs_rebuild and isinstance(case, cases.Program):
            return "the program would have to be rebuilt"
        quick_cases = QUICK_SLOWEST_CASES if tool.name in SLOWEST_PEERS else QUICK_PEER_CASES
        if self.quick and tool.is_peer and case.name not in quick_cases:
            return "not with --quick"
        if tool.name in SLOW_PEERS and round_number >= (1 if self.quick else 3):
            return ""
        return None

    def _run(self, case, tool, scale, folder):
        try:
            return case.run(tool, scale, folder, self.timeout_s)
        except (OSError, ValueError) as error:
            return cases.Sample(trouble=str(error))

    def _native(self, row, scale, folder):
        """The native run of this round with this amount of work."""
        if scale not in self.natives_by_scale:
            sample = self._run(row.case, self.native, scale, folder)
            self.natives_by_scale[scale] = sample
            if scale == 1.0 and not sample.trouble:
                row.natives.append(sample)
        return self.natives_by_scale[scale]

    def _measure(self, row, tool, round_number):
        reason = row.reasons.get(tool.name) or self._reason(tool, row.case, round_number)
        if reason is not None:
            if reason:
                row.reasons[tool.name] = reason
            return
        scale = self._scale(tool, row.case)
        with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
            native = self._native(row, scale, folder)
            sample = self._run(row.case, tool, scale, folder)
            if native.trouble or sample.trouble:
                row.reasons[tool.name] = f"native: {native.trouble}" if native.trouble else sample.trouble
                return
            row.samples.setdefault(tool.name, []).append((sample, native))
            row.output_differs |= tool is self.track and sample.output != native.output
            if tool is self.track and round_number == 0:
                row.recording = self.track.measure(folder)

    def measure(self, case):
        row = Row(case)
        if case.missing():
            row.reasons = {tool.name: case.missing() for tool in self.tools}
            return row
        for round_number in range(self.rounds):
            self.say(f"{case.name}: round {round_number + 1} of {self.rounds}")
            self.natives_by_scale = {}
            with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
                self._native(row, 1.0, folder)
            for tool in self.tools[1:]:
                self._measure(row, tool, round_number)
        return row

    def run(self, all_cases):
        used = [tool for tool in self.tools if not tool.missing()]
        for tool in used:
            tool.begin()
        try:
            return [self.measure(case) for case in all_cases]
        finally:
            for tool in used:
                tool.end()


def number(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


def times(value):
    return "–" if value is None else f"{value:.2f}×" if value < 20 else f"{value:.0f}×"


class Notes:
    """Reasons for empty cells, numbered, below a table."""

    def __init__(self):
        self.texts = []

    def mark(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return f"– ({self.texts.index(text) + 1})"

    def lines(self):
        return [f"({i}) {text}" for i, text in enumerate(self.texts, 1)]


def cell(row, tool, notes):
    ratio = row.ratio(tool.name)
    return times(ratio) if ratio is not None else notes.mark(row.reasons.get(tool.name, "no run"))


def spread(row, notes):
    ratios = row.ratios("Track")
    if not ratios:
        return notes.mark(row.reasons.get("Track", "no run"))
    return f"**{statistics.median(ratios):.2f}×** ({min(ratios):.2f}–{max(ratios):.2f})"


def recording_cells(row, notes):
    """Events, bytes an event, dropped."""
    if isinstance(row.recording, tuple):
        n_bytes, n_events, n_dropped = row.recording
        per_event = f"{n_bytes / n_events:.1f}" if n_events else "–"
        return [f"{n_events:,}", per_event, f"{n_dropped:,}"]
    return [notes.mark(row.recording)] * 3 if row.recording else ["–"] * 3


def table(header, lines):
    out = ["| " + " | ".join(header) + " |", "|" + "|".join("---" if i == 0 else "---:" for i in range(len(header))) + "|"]
    return out + ["| " + " | ".join(line) + " |" for line in lines]


def workload_table(rows, peers, notes):
    header = ["workload", "native ns", "Track ns", "Track", "events", "bytes an event", "dropped", *[p.name for p in peers]]
    lines = []
    for row in rows:
        lines.append([row.case.name, number(row.median("native", "value"), 1), number(row.median("Track", "value"), 1), spread(row, notes),
                      *recording_cells(row, notes), *[cell(row, p, notes) for p in peers]])
    return table(header, lines)


def memory(row):
    native, ours = row.median("native", "peak_kib"), row.median("Track", "peak_kib")
    return "–" if native is None or ours is None else f"{native / 1024:.0f} → {ours / 1024:.0f}"


def event_rate(row):
    if not isinstance(row.recording, tuple) or not row.median("Track", "cpu_s"):
        return "–"
    return f"{row.recording[1] / row.median('Track', 'cpu_s') / 1e6:.2f}"


def program_table(rows, peers, notes):
    header = ["program", "native CPU s", "Track, CPU", "Track, time", "events", "M events a CPU s", "bytes an event", "dropped",
              "peak MiB", "same output", *[p.name for p in peers]]
    lines = []
    for row in rows:
        events, per_event, dropped = recording_cells(row, notes)
        same = "–" if not row.natives or not row.samples.get("Track") else "NO" if row.output_differs else \
            "yes" if row.natives[0].output else "not compared"
        lines.append([row.case.name, number(row.median("native", "value"), 2), spread(row, notes), times(row.ratio("Track", "wall_s")),
                      events, event_rate(row), per_event, dropped, memory(row), same, *[cell(row, p, notes) for p in peers]])
    return table(header, lines)


def machine():
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    libc = " ".join(platform.libc_ver())
    return f"{model}, {os.cpu_count()} processors, Linux {platform.release()}, {libc}"


def report(workload_rows, program_rows, measurement):
    peers = [tool for tool in measurement.tools if tool.is_peer]
    lines = [f"Measured on: {machine()}; {measurement.rounds} rounds, interleaved; medians (smallest–largest of Track).", ""]
    for title, rows, make in (("Own workloads: nanoseconds an operation, and times native", workload_rows, workload_table),
                              ("Programs: processor time, times native", program_rows, program_table)):
        if rows:
            notes = Notes()
            lines += [f"### {title}", "", *make(rows, peers, notes), "", *[f"{line}  " for line in notes.lines()], ""]
            lines += [f"- {row.case.name}: {row.case.what}" for row in rows] + [""]
    lines += ["Slow peers get a part of the work, and native runs of the same part to compare with; what daemons of LTTng use is not counted."]
    return lines + [f"- {line}" for line in tool_table.versions(peers)]


def find_row(rows, name):
    return next((row for row in rows if row.case.name == name), None)


def bars(rows):
    """(what, bar, measured or None)"""
    def per_event(name):
        row = find_row(rows, name)
        return row.recording[0] / row.recording[1] if row and isinstance(row.recording, tuple) and row.recording[1] else None

    def ratio(name):
        row = find_row(rows, name)
        return row.ratio("Track") if row else None

    dropped = [row.recording[2] for row in rows if isinstance(row.recording, tuple)]
    return [("pair, times native", 4.0, ratio("pair")), ("pair, bytes an event", 5.0, per_event("pair")),
            ("memcached, CPU", 1.3, ratio("memcached")), ("memcached, bytes an event", 5.0, per_event("memcached")),
            ("xz, CPU", 1.05, ratio("xz -T2")), ("redis, CPU", 1.05, ratio("redis-server")),
            ("sqlite3 in memory, CPU", 1.05, ratio("sqlite3 :memory:")), ("sqlite3 file, CPU", 1.05, ratio("sqlite3 file")),
            ("events dropped, in all", 0, float(sum(dropped)) if dropped else None)]


def print_bars(measured):
    """Prints the bars, given as (what, bar, measured or None); their verdicts."""
    verdicts = ["not measured" if value is None else "met" if round(value, 2) <= bar else "MISSED" for _, bar, value in measured]
    print("\n### Bars\n\n| what | bar | measured | |\n|---|---:|---:|---|")
    for (what, bar, value), verdict in zip(measured, verdicts):
        print(f"| {what} | ≤ {bar:g} | {number(value, 2)} | {verdict} |")
    return verdicts


def main(options, say):
    if shutil.disk_usage(tempfile.gettempdir()).free < 4 << 30:
        say(f"less than 4 GiB free in {tempfile.gettempdir()}: recordings may be cut short (TMPDIR names another folder)")
    measurement = Measurement(options.build, options.quick, options.rounds, options.timeout, say)
    if measurement.track.missing():
        say(measurement.track.missing())
        return 2
    wanted = set(options.only.split(",")) if options.only else None
    chosen = [[case for case in group if not wanted or case.name in wanted] for group in (cases.workloads(options.build), cases.programs(options.build))]
    if wanted and (unknown := wanted - {case.name for group in chosen for case in group}):
        say(f"no such case: {', '.join(sorted(unknown))}")
        return 2
    rows = [measurement.run(group) for group in chosen]
    print("\n".join(report(*rows, measurement)))
    if options.check and "not measured" in print_bars(bars(rows[0] + rows[1])):
        return 1
    return 0
