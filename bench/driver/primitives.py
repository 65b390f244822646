"""script/bench primitives: what an operation takes by libtrack, recorded and not, by pthreads, by C11 and by GLib.

Each round runs every case by every interface in turn, there and back (A B C, C B A), so that what disturbs the machine disturbs all of them. A ratio is the
median of the ratios within the rounds.
"""
import os
import statistics
import tempfile
from dataclasses import dataclass, field

import process
import record
import tools as tool_table


@dataclass
class Interface:
    """One program of bench/primitives, and how it is run."""
    key: str
    title: str
    program: str
    missing: str = None  # why it cannot be run
    is_recorded: bool = False
    cases: set = field(default_factory=set)  # those that it has

    def run(self, case, folder, timeout_s):
        """Nanoseconds an operation, or a text why not."""
        options = f"output={folder}/recording.track" if self.is_recorded else ""
        outcome = process.run([self.program, case], environment={"TRACK_OPTIONS": options}, keep_output=True, timeout_s=timeout_s)
        return outcome.trouble() or float(outcome.output.decode().split()[-1])


@dataclass
class Case:
    name: str
    what: str
    times: dict = field(default_factory=dict)  # interface -> [nanoseconds], one a round
    reasons: dict = field(default_factory=dict)  # interface -> why there is none
    recording: object = None  # (bytes, events, dropped), or a text why not

    def median(self, key):
        return statistics.median(self.times[key]) if self.times.get(key) else None

    def ratios(self, key, to):
        return [a / b for a, b in zip(self.times.get(key, []), self.times.get(to, []))]

    def ratio(self, key, to):
        ratios = self.ratios(key, to)
        return statistics.median(ratios) if ratios else None


# (what, case, interface, to which, at most)
BARS = [
    ("lock, times pthread", "lock", "track", "posix", 1.3),
    ("lock alone, times pthread", "lock-alone", "track", "posix", 1.3),
    ("event, times GLib", "event", "track", "glib", 1.0),
    ("queue in one thread, times GLib", "queue", "track", "glib", 1.0),
    ("queue between threads, times GLib", "queue-between", "track", "glib", 1.0),
    ("executor, times GLib", "executor", "track", "glib", 1.0),
]


def interfaces(build):
    made = []
    for key, title, interface, absent in (("posix", "pthread", "posix", "not built"), ("c11", "C11", "c11", "not built"),
                                          ("glib", "GLib", "glib", "not installed"), ("track", "Track", "track", "not built"),
                                          ("recorded", "recorded", "track", "not built")):
        program = os.path.join(build, "bench", f"primitives_{interface}")
        missing = None if os.access(program, os.X_OK) else absent
        made.append(Interface(key, title, program, missing, key == "recorded"))
    return made


def read_table(program):
    """(name, whether the program has it, what it is) of all cases."""
    rows = [line.split("\t") for line in process.run([program], keep_output=True).output.decode().splitlines()]
    return [(name, lack != "none", what) for name, _, lack, what in rows]


def read_cases(available):
    for interface in available:
        table = read_table(interface.program)
        interface.cases = {name for name, has_it, _ in table if has_it}
    return [Case(name, what) for name, _, what in table]


def measure_one(case, interface, track, timeout_s):
    """One run; what its recording holds is looked up once."""
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        value = interface.run(case.name, folder, timeout_s)
        if isinstance(value, str):
            case.reasons[interface.key] = value
            return
        case.times.setdefault(interface.key, []).append(value)
        if interface.is_recorded and not case.recording:
            case.recording = track.measure(folder)


def measure(cases, available, rounds, track, options, say):
    for number in range(rounds):
        for case in cases:
            say(f"round {number + 1} of {rounds}: {case.name}")
            for interface in available[::-1] if number % 2 else available:
                if case.name in interface.cases and interface.key not in case.reasons:
                    measure_one(case, interface, track, options.timeout)


def time_cell(case, interface, notes):
    if interface.missing:
        return notes.mark(interface.missing)
    if case.name not in interface.cases:
        return "–"
    if interface.key in case.reasons:
        return notes.mark(case.reasons[interface.key])
    return record.number(case.median(interface.key), 1)


def recording_cells(case, notes):
    """Bytes an event and events dropped; what has next to no events has no bytes an event."""
    n_events, per_event, dropped = record.recording_cells(case, notes)
    return ["–" if n_events.isdigit() else per_event, dropped]


def ratio_cell(case, to):
    ratios = case.ratios("track", to)
    if not ratios:
        return "–"
    return f"**{statistics.median(ratios):.2f}×** ({min(ratios):.2f}–{max(ratios):.2f})"


def report(cases, all_interfaces, rounds):
    notes = record.Notes()
    header = ["case", *[f"{i.title} ns" for i in all_interfaces], "Track, times pthread", "times C11", "times GLib", "recorded, times Track",
              "bytes an event", "dropped"]
    lines = []
    for case in cases:
        lines.append([case.name, *[time_cell(case, i, notes) for i in all_interfaces], ratio_cell(case, "posix"),
                      record.times(case.ratio("track", "c11")), ratio_cell(case, "glib"), record.times(case.ratio("recorded", "track")),
                      *recording_cells(case, notes)])
    out = [f"Measured on: {record.machine()}; {rounds} rounds, interleaved; nanoseconds an operation, medians; ratios within the rounds, medians "
           "(smallest–largest).", "", *record.table(header, lines), "", *[f"{line}  " for line in notes.lines()]]
    out += [""] if notes.texts else []
    return out + [f"- {case.name}: {case.what}" for case in cases]


def bars(cases):
    """(what, bar, measured or None) of the cases that were run."""
    by_name = {case.name: case for case in cases}
    return [(what, bar, by_name[name].ratio(key, to)) for what, name, key, to, bar in BARS if name in by_name]


def main(options, say):
    all_interfaces = interfaces(options.build)
    available = [i for i in all_interfaces if not i.missing]
    if not available:
        say(f"{options.build}/bench holds no primitives_*: build with TRACK_BENCH")
        return 2
    cases = read_cases(available)
    wanted = set(options.only.split(",")) if options.only else None
    if wanted and (unknown := wanted - {case.name for case in cases}):
        say(f"no such case: {', '.join(sorted(unknown))}")
        return 2
    cases = [case for case in cases if not wanted or case.name in wanted]
    if os.getloadavg()[0] > 0.5:
        say(f"load {os.getloadavg()[0]:.1f}: the machine has other work, which makes figures vary")
    rounds = options.rounds or (5 if options.quick else 11)
    measure(cases, available, rounds, tool_table.Track(options.build), options, say)
    print("\n".join(report(cases, all_interfaces, rounds)))
    if options.check and not all(verdict == "met" for verdict in record.print_bars(bars(cases))):
        return 1
    return 0
