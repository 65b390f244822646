# With --format json nothing but one JSON document is written.
command -v python3 >/dev/null || skip "needs python3 to read JSON"
write_inversion >inversion.std
expect 1 "$INSPECTOR" check --format json inversion.std
expect_nothing err
python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
assert report["version"] == 1 and report["tool"] == "inspector" and report["traces"] == ["inversion.std"]
assert report["summary"]["events"] == 8
assert [finding["kind"] for finding in report["findings"]] == ["deadlock"]
' "$scratch/out" || fail "not the report"
expect 0 "$INSPECTOR" run --format json -- "$PROGRAMS/locks"
python3 -m json.tool "$scratch/err" >/dev/null || fail "run wrote more than the report"
expect_nothing out
expect 0 "$INSPECTOR" stats --format json locks.track
expect_nothing err
python3 -c '
import json, sys
locks = {lock["lock"]: lock for lock in json.load(open(sys.argv[1]))["locks"]}
counter, tried = locks["counter_lock"], locks["try_lock"]
assert counter["acquisitions"] == 2000 and counter["threads"] == 2 and counter["sections"] == 2000, counter
assert tried["acquisitions"] == 1 and tried["failed"] == 1, tried
assert "count" in counter["sites"][0]["site"] and counter["sites"][0]["acquisitions"] == 2000, counter
' "$scratch/out" || fail "wrong numbers"
