"""Record one example with `inspector run` and compare what is reported with expected.txt and the marked lines of its source.

usage: run_example.py INSPECTOR EXECUTABLE SOURCE EXPECTED WORK_FOLDER

Checked: the findings' kinds, verdicts and severities; that the line of the innermost frame in the source is a line marked
"BUG", and that every marked line is reported; the exit status; that the program's output is what it is without the recorder;
that no event was lost. A program that hangs for ever is ended by `inspector run`; besides, it is recorded with nobody watching, killed when it hangs,
and its recording must give the same findings. Exits 1 with one line for each difference.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

LIMIT_S = 60
STATUS_FINDINGS = 66  # of `inspector run`
STATUS_CHECK_FINDINGS = 1
ABOVE_POTENTIAL = ("plausible", "predicted", "confirmed", "observed")


def read_expectations(path, name):
    """The lines of expected.txt for this program, without its name; None if it has none."""
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split("#")[0].split()
            if words and words[0] == name:
                rows.append(tuple(words[1:]))
    return rows or None


def marked_lines(source):
    with open(source, encoding="utf-8") as lines:
        return {number for number, line in enumerate(lines, 1) if re.search(r"/\* BUG \*/|// BUG$", line)}


def first_line_in(stack, source):
    """Line of the innermost frame of the stack that is in the source file, or None."""
    for frame in stack or []:
        if os.path.basename(frame.get("file") or "") == os.path.basename(source):
            return frame.get("line")
    return None


def lines_of(finding, source):
    """Where the threads of the finding stand; where nothing was called (a thread that returned), where they took their locks."""
    lines = set()
    for thread in finding["threads"]:
        stacks = [thread.get("stack")]
        if first_line_in(stacks[0], source) is None:
            stacks = thread.get("held_at") or []
        lines |= {first_line_in(stack, source) for stack in stacks}
    return lines


def run(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT_S, text=True)


def threads_of(pid):
    """The state and the number of context switches of each thread of a process; {} when it is gone."""
    threads = {}
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as lines:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
            threads[thread] = (status["State"][0], status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"])
    except OSError:
        return {}
    return threads


def await_hang(pid):
    """Until all threads sleep and none has run for half a second; False when the process ended first, or never gets there."""
    end = time.monotonic() + LIMIT_S
    before, since = None, time.monotonic()
    while time.monotonic() < end:
        now = threads_of(pid)
        if not now or all(state == "Z" for state, _, _ in now.values()):
            return False
        if now != before or any(state not in "SD" for state, _, _ in now.values()):
            before, since = now, time.monotonic()
        elif time.monotonic() - since > 0.5:
            return True
        time.sleep(0.02)
    return False


def record_hanging(inspector, executable, recording, report_file, differences):
    """Record a program that hangs, kill it, and check what is there."""
    shutil.rmtree(recording, ignore_errors=True)
    library = os.path.join(os.path.dirname(os.path.dirname(inspector)), "lib", "libtrack.so")
    environment = dict(os.environ, TRACK_OPTIONS=f"output={recording}", LD_PRELOAD=library)
    with subprocess.Popen([executable], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
        if not await_hang(program.pid):
            differences.append("it did not hang")
        program.send_signal(signal.SIGKILL)
    return run([inspector, "check", "--format", "json", "-o", report_file, recording])


def load(path):
    with open(path, encoding="utf-8") as report:
        return json.load(report)


def fails(row):
    return row[1] in ABOVE_POTENTIAL and row[2] != "note"


def compare_findings(report, rows, source, differences):
    found = [(f["kind"], f["verdict"], f["severity"]) for f in report["findings"]]
    if sorted(found) != sorted(rows):
        differences.append(f"findings are {sorted(found)}, expected {sorted(rows)}")
        for finding in report["findings"]:
            differences.append(f"  {finding['kind']}: {finding['message']} ({finding['reason']}) lines {lines_of(finding, source)}")
        return
    marked = marked_lines(source)
    reported = set()
    for finding in report["findings"]:
        reported |= lines_of(finding, source)
    if reported != marked:
        differences.append(f"lines are {sorted(reported, key=str)}, marked are {sorted(marked)}")


def compare_benign(inspector, recording, reason, differences):
    result = run([inspector, "check", "--all", "--format", "json", recording])
    if result.returncode != 0:
        differences.append(f"check --all ended with {result.returncode}: {result.stderr.strip()}")
        return
    benign = [f for f in json.loads(result.stdout)["findings"] if f["verdict"] == "benign"]
    reasons = [f.get("benign") or f["reason"] for f in benign]
    if reason not in reasons:
        differences.append(f"with --all the reasons are {reasons}, expected {reason}")


def compare_status(result, wanted, differences):
    if result.returncode != wanted:
        differences.append(f"exit status is {result.returncode}, expected {wanted}: {result.stderr.strip()}")


def main():
    inspector, executable, source, expected, work = sys.argv[1:]
    name = os.path.basename(executable)
    rows = read_expectations(expected, name)
    if rows is None and not name.endswith("_fixed"):
        sys.exit(f"{name}: no line in {expected}")
    harmless = rows is None or rows[0][0] in ("benign", "nothing")
    expected_rows = [] if harmless else rows

    os.makedirs(work, exist_ok=True)
    report_file = os.path.join(work, name + ".json")
    recording, killed = (os.path.join(work, name + suffix) for suffix in (".track", "-killed.track"))
    hangs = any("hangs" in row for row in expected_rows)
    is_ended = hangs or any("ended" in row for row in expected_rows)
    expected_rows = [row[:3] for row in expected_rows]
    does_fail = any(fails(row) for row in expected_rows)
    differences = []
    recorded = run([inspector, "run", "--format", "json", "-o", report_file, "--trace", recording, "--", executable])
    report = load(report_file)

    compare_findings(report, expected_rows, source, differences)
    compare_status(recorded, STATUS_FINDINGS if does_fail else 0, differences)
    if hangs:
        checked = record_hanging(inspector, executable, killed, report_file, differences)
        compare_findings(load(report_file), expected_rows, source, differences)
        compare_status(checked, STATUS_CHECK_FINDINGS if does_fail else 0, differences)
    if not is_ended and recorded.stdout != run([executable]).stdout:
        differences.append(f"output is {recorded.stdout!r}, not as without the recorder")
    if report["summary"]["dropped"] != 0 or report["summary"]["events"] == 0:
        differences.append(f"summary is {report['summary']}")
    if rows and rows[0][0] == "benign":
        compare_benign(inspector, recording, rows[0][1], differences)
    for difference in differences:
        print(f"{name}: {difference}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
