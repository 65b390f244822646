"""script/bench check: how fast `inspector check` reads a long recording or a hard text trace, and how much memory it needs."""
import json
import os
import tempfile

import cases
import process
import record
import tools as tool_table

# workload -> events an operation
RECORDINGS = {"private": 2, "nested": 6, "many-locks": 2, "rwlock": 2, "call-paths": 2}
BAR_EVENTS_PER_S = 20e6


def record_one(track, case, events, folder, timeout_s):
    wrapped = track.wrap([case.program, case.name, str(int(events / RECORDINGS[case.name]))], folder)
    return process.run(wrapped.command, timeout_s=timeout_s)


def check_one(track, folder, timeout_s):
    path = os.path.join(folder, "report.json")
    outcome = process.run([track.inspector, "check", "--format", "json", "-o", path, track.trace(folder)], timeout_s=timeout_s)
    if outcome.status not in (0, 1):
        return outcome, None
    with open(path, encoding="utf-8") as file:
        return outcome, json.load(file)["summary"]


def line_of(track, case, options):
    """One row of the table, and its events a second (None: not measured)."""
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        recorded = record_one(track, case, options.events, folder, options.timeout)
        if recorded.trouble():
            return [case.name, f"recording: {recorded.trouble()}", "–", "–", "–", "–"], None
        size = sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(track.trace(folder)) for name in names)
        outcome, summary = check_one(track, folder, options.timeout)
        if not summary:
            return [case.name, f"check: {outcome.trouble()}", "–", "–", "–", "–"], None
    rate = summary["events"] / outcome.cpu_s
    return [case.name, f"{summary['events']:,}", f"{size / (1 << 20):,.0f}", f"{outcome.wall_s:.2f}", f"{rate / 1e6:.1f}",
            f"{outcome.peak_kib / 1024:,.0f}"], rate


def shapes_of(options):
    """Name and description of each text trace that is asked for."""
    program = os.path.join(options.build, "bench", "gen_text")
    table = process.run([program], keep_output=True).output.decode()
    rows = [line.split("\t") for line in table.splitlines()]
    return [(name, what) for name, what in rows if not options.only or name in options.only.split(",")]


def is_cut(report):
    """Does the report say that not everything was looked at?"""
    texts = [finding["message"] + (finding["reason"] or "") for finding in report["findings"]]
    return any("search cut" in text or "was cut" in text for text in texts)


def shape_line(track, options, name, what):
    """One row of the table of text traces; the trace is made first and not measured."""
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        path, trace = os.path.join(folder, "report.json"), os.path.join(folder, "trace.std")
        with open(trace, "wb") as file:
            file.write(process.run([os.path.join(options.build, "bench", "gen_text"), name], keep_output=True).output)
        outcome = process.run([track.inspector, "check", "--format", "json", "-o", path, trace], timeout_s=options.timeout)
        if outcome.status not in (0, 1):
            return [name, what, f"check: {outcome.trouble()}", "–", "–", "–", "–"], False
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    predicted = sum(finding["verdict"] == "predicted" for finding in report["findings"])
    return [name, what, f"{report['summary']['events']:,}", f"{outcome.cpu_s:.2f}", f"{outcome.peak_kib / 1024:,.0f}", f"{predicted:,}",
            "yes" if is_cut(report) else "no"], True


def main(options, say):
    track = tool_table.Track(options.build)
    if track.missing():
        say(track.missing())
        return 2
    rows, rates = [], []
    for case in cases.workloads(options.build):
        if case.name in RECORDINGS and (not options.only or case.name in options.only.split(",")):
            say(f"{case.name}: recording {options.events:,} events")
            row, rate = line_of(track, case, options)
            rows.append(row)
            rates.append(rate)
    print(f"Measured on: {record.machine()}\n")
    if rows:
        print("\n".join(record.table(["recording", "events", "MiB", "s", "M events a CPU s", "peak MiB"], rows)))
    shapes, are_shapes_good = [], True
    for name, what in shapes_of(options):
        say(f"{name}: a text trace")
        row, is_good = shape_line(track, options, name, what)
        shapes.append(row)
        are_shapes_good &= is_good
    if shapes:
        print("\n" + "\n".join(record.table(["text trace", "what", "events", "CPU s", "peak MiB", "predicted", "cut"], shapes)))
    if None in rates or not are_shapes_good:
        return 1
    if not rates:
        return 0
    verdict = "met" if min(rates) >= BAR_EVENTS_PER_S else "MISSED"
    print(f"\nBar: at least {BAR_EVENTS_PER_S / 1e6:.0f} M events a second on one core; slowest {min(rates) / 1e6:.1f} M: {verdict}")
    return 0
