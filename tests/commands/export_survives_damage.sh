# Recordings that no recorder writes: no format crashes, says more than a line, or writes what its readers cannot take.
mkdir perfetto
for trace in "$TESTS"/format/hostile/*.trace; do
  name=$(basename "$trace" .trace)
  for format in perfetto json ctf std; do
    rm -rf out.$format
    "$INSPECTOR" export -f $format -o out.$format "$trace" 2>problem || [ $? = 2 ] || fail "$format: $trace"
    [ "$(wc -l <problem)" -le 1 ] || fail "more than one line: $format: $trace"
  done
  [ ! -e out.perfetto ] || mv out.perfetto "perfetto/$name.json"
  [ ! -e out.json ] || mv out.json "$name.json"
  if [ -e out.ctf ] && command -v babeltrace2 >/dev/null; then
    expect 0 babeltrace2 out.ctf
    [ "$(wc -l <"$scratch/out")" = "$(grep -c '^[TU][0-9]*|' out.std)" ] || fail "$name: other events in ctf than in the dump"
  fi
done
python3 "$TESTS/commands/perfetto_check.py" perfetto/*.json >counts 2>problem || fail "$(tail -n 1 problem)"
python3 -c 'import glob, json
for file in glob.glob("*.json"):
    json.load(open(file, encoding="utf-8", errors="strict"))' || fail "some JSON is not"
