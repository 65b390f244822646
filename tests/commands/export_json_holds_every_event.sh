# The JSON document is whole, each event is a line, and what the events name is in the tables; the golden is the specification.
cat >check.py <<'END'
import json, sys
text = open(sys.argv[1], encoding="utf-8", errors="strict").read()
document = json.loads(text)
assert document["version"] == 1 and document["tool"] == "inspector"
lines = [json.loads(line.rstrip(",")) for line in text.splitlines() if line.startswith('{"event"')]
assert lines == [event for process in document["processes"] for event in process["events"]]
for process in document["processes"]:
    threads, objects, sites = process["threads"], process["objects"], process["sites"]
    for table, key in (threads, "thread"), (objects, "object"), (sites, "site"):
        assert [row[key] for row in table] == list(range(len(table))), key
    assert process["n_events"] == len(process["events"])
    last = 0
    for event in process["events"]:
        assert event["event"] >= last
        last = event["event"]
        assert event["thread_name"] == threads[event["thread"]]["name"]
        for key in "object", "mutex":
            assert key not in event or event[key + "_name"] == objects[event[key]]["name"]
        assert "target" not in event or event["target_name"] == threads[event["target"]]["name"]
        assert "site" not in event or event["at"] == sites[event["site"]]["at"]
print(*(event["op"] for process in document["processes"] for event in process["events"]), sep="\n")
END
check() {
  python3 check.py "$1" >ops 2>problem || fail "$1: $(tail -n 1 problem)"
}
expect 0 "$INSPECTOR" export --format json -o golden.json "$TESTS/golden/export.std"
expect_nothing err
check golden.json
sed 's|"trace":"[^"]*"|"trace":"-"|' golden.json >normal.json
cmp -s normal.json "$TESTS/golden/export-json.json" || fail "$(diff normal.json "$TESTS/golden/export-json.json" | head -6)"

expect 0 "$INSPECTOR" record -o locks.track "$PROGRAMS/locks"
expect 0 "$INSPECTOR" export -f json -o locks.json locks.track
check locks.json
"$INSPECTOR" dump locks.track | sed -n 's/^[TU][0-9]*|\([a-z]*\)(.*/\1/p' >dumped
cmp -s ops dumped || fail "other events than in the dump"
grep '"op":"acq"' locks.json | grep -q '"object_name":"counter_lock".*"at":"[a-z]* locks.c:[0-9]*"' || fail "no names in a line"

mkdir random
"$PROGRAMS/random_recordings" random 20
for trace in random/*.trace; do
  expect 0 "$INSPECTOR" export -f json -o random.json "$trace"
  check random.json
done
for trace in empty:'# nothing' one:'T|acq(A)|1'; do
  echo "${trace#*:}" >few.std
  expect 0 "$INSPECTOR" export -f json -o few.json few.std
  check few.json
done
