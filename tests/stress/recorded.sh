#!/bin/sh
# Record the stress program and check the recording: nothing lost, and nothing found but the misuse that it does on purpose.
#   recorded.sh INSPECTOR STRESS WORK_FOLDER
set -eu
inspector=$1 stress=$2 work=$3
"$inspector" record -o "$work/stress.track" -- "$stress" 1 lock rlock handover turn event event_on_stack threads pools >"$work/stress.out"
status=0
"$inspector" check --format json "$work/stress.track" >"$work/stress.json" || status=$?
test $status -le 1 # findings, no damage
python3 -B - "$work/stress.json" <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
summary = report["summary"]
on_purpose = {"thread-misused", "unlock-not-held", "unlock-by-other-thread"}
wrong = [f"{f['kind']} {f['verdict']}: {f['message']}" for f in report["findings"]
         if f["kind"] not in on_purpose or f["verdict"] != "observed"]
if summary["dropped"] or not summary["events"]:
    wrong.append(f"summary is {summary}")
print(*wrong, f"{summary['events']} events", sep="\n")
sys.exit(bool(wrong))
END
