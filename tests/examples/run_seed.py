"""Run one program of examples/seeds/, bare and under `inspector run`, and compare.

usage: run_seed.py INSPECTOR EXECUTABLE FOLDER WORK_FOLDER

FOLDER/NAME.out says what the program prints (output.py), FOLDER/findings.txt what the inspector finds. Checked both times: the output; then
kinds, verdicts and severities of the findings, the exit status, and that no event was lost. A program that the inspector has to end
is not run bare. Exits 1 with one line for each difference.
"""
import os
import sys

import output
from run_example import STATUS_FINDINGS, fails, load, read_expectations, run


def read_rows(path, name):
    """The findings expected of this program, as (kind, verdict, severity, is_certain)."""
    rows = read_expectations(path, name)
    if rows is None:
        sys.exit(f"{name}: no line in {path}")
    return [] if rows[0][0] == "nothing" else [row[:3] + ("maybe" not in row,) for row in rows]


def compare_findings(report, rows, differences):
    found = [(f["kind"], f["verdict"], f["severity"]) for f in report["findings"]]
    left = list(found)
    for row in sorted(rows, key=lambda row: not row[3]):
        if row[:3] in left:
            left.remove(row[:3])
        elif row[3]:
            differences.append(f"no finding {row[:3]}; there are {found}")
    if left:
        differences.append(f"findings that are not expected: {left}")
    for finding in report["findings"] if differences else []:
        differences.append(f"  {finding['kind']}: {finding['message']} ({finding['reason']})")
    return found


def main():
    inspector, executable, folder, work = sys.argv[1:]
    name = os.path.basename(executable)
    rows = read_rows(os.path.join(folder, "findings.txt"), name)
    expected = os.path.join(folder, name + ".out")
    differences = []

    is_ended = any(row[0] == "self-deadlock" for row in rows)
    if not is_ended:
        bare = run([executable])
        if bare.returncode != 0 or bare.stderr:
            differences.append(f"alone it ended with {bare.returncode}: {bare.stderr.strip()}")
        differences += [f"alone: {line}" for line in output.differences(expected, bare.stdout)]

    os.makedirs(work, exist_ok=True)
    report_file, recording = os.path.join(work, name + ".json"), os.path.join(work, name + ".track")
    recorded = run([inspector, "run", "--format", "json", "-o", report_file, "--trace", recording, "--", executable])
    differences += [f"recorded: {line}" for line in output.differences(expected, recorded.stdout)]
    report = load(report_file)
    found = compare_findings(report, rows, differences)
    wanted_status = STATUS_FINDINGS if any(fails(finding) for finding in found) else 0
    if recorded.returncode != wanted_status:
        differences.append(f"exit status is {recorded.returncode}, expected {wanted_status}: {recorded.stderr.strip()}")
    if report["summary"]["dropped"] != 0 or report["summary"]["events"] == 0:
        differences.append(f"summary is {report['summary']}")
    for difference in differences:
        print(f"{name}: {difference}")
    if differences:
        print(f"{name}: printed when recorded:\n{recorded.stdout[-4000:]}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
