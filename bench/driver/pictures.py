"""script/bench pictures: how long the pictures of long recordings take, and how much memory and file they need."""
import os
import tempfile
from dataclasses import dataclass

import process
import record
import tools as tool_table

PICTURES = [("timeline", ["timeline"]), ("graph", ["graph"]), ("story", ["graph", "--finding", "U1"]), ("wait-for", ["graph", "--wait-for"]),
            ("stats", ["stats"])]


@dataclass
class Recording:
    """One that gen_trace writes, or one of an own workload."""
    name: str
    what: str
    generated: list = None  # events, lanes, percent of sections on shared locks
    workload: list = None  # name, operations

    def has(self, picture):
        """Generated threads are never joined: that is finding U1. The workloads have no findings."""
        return picture != "story" or self.generated

    def make(self, build, track, folder, timeout_s):
        """Returns its path, or None."""
        if self.generated:
            path = os.path.join(folder, "generated.trace")
            outcome = process.run([os.path.join(build, "bench", "gen_trace"), path, *map(str, self.generated)], timeout_s=timeout_s)
        else:
            path = track.trace(folder)
            wrapped = track.wrap([os.path.join(build, "bench", "workloads"), *map(str, self.workload)], folder)
            outcome = process.run(wrapped.command, timeout_s=timeout_s)
        return None if outcome.trouble() else path


RECORDINGS = [
    Recording("1 M", "1,000,000 generated events of 8 threads, half of the sections on 8 shared locks", generated=[1_000_000, 8, 50]),
    Recording("10 M", "the same with 10,000,000 events", generated=[10_000_000, 8, 50]),
    Recording("64 threads", "2,000,000 generated events of 64 threads", generated=[2_000_000, 64, 50]),
    Recording("contended", "two threads take turns at one mutex, 1,000,000 times", workload=["contended", 1_000_000]),
    Recording("condition", "two threads wake each other, 100,000 times", workload=["condition", 100_000]),
    Recording("many-locks", "500,000 times one of 1,000,000 mutexes", workload=["many-locks", 500_000]),
]

# (what, recording, picture, measured attribute, at most)
BARS = [
    ("overview of 1 M events, s", "1 M", "timeline", "wall_s", 2.0),
    ("overview of 1 M events, peak MiB", "1 M", "timeline", "peak_mib", 200.0),
    ("lock orders of 1 M events, s", "1 M", "graph", "wall_s", 2.0),
    ("story of a finding of 1 M events, s", "1 M", "story", "wall_s", 2.0),
    ("who waits for whom after 1 M events, s", "1 M", "wait-for", "wall_s", 2.0),
    ("overview of 10 M events, peak MiB", "10 M", "timeline", "peak_mib", 200.0),
    ("overview of 10 M events, KiB of SVG", "10 M", "timeline", "svg_kib", 2048.0),
    ("two threads at one mutex, s", "contended", "timeline", "wall_s", 2.0),
    ("two threads at one mutex, KiB of SVG", "contended", "timeline", "svg_kib", 2048.0),
]


@dataclass
class Drawn:
    wall_s: float
    peak_mib: float
    svg_kib: float


def draw(track, command, trace, folder, timeout_s):
    """A picture's figures, or a text why there are none."""
    path = os.path.join(folder, "picture.svg")
    outcome = process.run([track.inspector, *command, "-o", path, trace], timeout_s=timeout_s)
    return outcome.trouble() or Drawn(outcome.wall_s, outcome.peak_kib / 1024, os.path.getsize(path) / 1024)


def measure(track, recording, options, say):
    """Figures by picture."""
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        say(f"{recording.name}: recording")
        trace = recording.make(options.build, track, folder, options.timeout)
        if not trace:
            return {name: "no recording" for name, _ in PICTURES}
        say(f"{recording.name}: drawing")
        return {name: draw(track, command, trace, folder, options.timeout) if recording.has(name) else "–" for name, command in PICTURES}


def bars(figures):
    """(what, bar, measured or None) of the recordings that were drawn."""
    drawn = [(bar, figures[bar[1]][bar[2]]) for bar in BARS if bar[1] in figures]
    return [(bar[0], bar[4], getattr(it, bar[3]) if isinstance(it, Drawn) else None) for bar, it in drawn]


def cell(drawn):
    return drawn if isinstance(drawn, str) else f"{drawn.wall_s:.2f} s, {drawn.peak_mib:.0f} MiB, {drawn.svg_kib:,.0f} KiB"


def main(options, say):
    track = tool_table.Track(options.build)
    if track.missing():
        say(track.missing())
        return 2
    wanted = set(options.only.split(",")) if options.only else None
    if wanted and (unknown := wanted - {recording.name for recording in RECORDINGS}):
        say(f"no such case: {', '.join(sorted(unknown))}")
        return 2
    chosen = [recording for recording in RECORDINGS if not wanted or recording.name in wanted]
    figures = {recording.name: measure(track, recording, options, say) for recording in chosen}
    print(f"Measured on: {record.machine()}; time, peak memory, size of the SVG file.\n")
    print("\n".join(record.table(["recording", *[name for name, _ in PICTURES]],
                                 [[name, *[cell(drawn[picture]) for picture, _ in PICTURES]] for name, drawn in figures.items()])))
    print()
    print("\n".join(f"- {recording.name}: {recording.what}" for recording in chosen))
    if options.check and not all(verdict == "met" for verdict in record.print_bars(bars(figures))):
        return 1
    return 0
