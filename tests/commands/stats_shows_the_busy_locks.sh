# One row a lock with its numbers, sorted as asked, cut as asked.
expect 0 "$INSPECTOR" record "$PROGRAMS/locks"
expect 0 "$INSPECTOR" stats --sort acquisitions locks.track
sed -n 2p "$scratch/out" | grep -q '^counter_lock  *mutex  *2000 ' || fail "the first row is not the busiest lock"
expect_out 'times in count (locks.c:1[0-9])'
expect_out '^try_lock  *mutex  *1  *0  *1 '
expect_out 'sections'
expect 0 "$INSPECTOR" stats --sort failed --top 1 locks.track
sed -n 2p "$scratch/out" | grep -q '^try_lock' || fail "not sorted by failed tries"
expect_out 'not shown: 1 of 2 locks; --top 0 shows all'
! grep -q '^counter_lock' "$scratch/out" || fail "not cut"
expect 0 "$INSPECTOR" stats locks.track
expect_out 'held by .* times'

# Colours are for headings and for what was contended, and only where they are wanted.
cat >busy.std <<'END'
A|acq(m)|1
B|req(m)|2
A|rel(m)|3
B|acq(m,waited)|2
B|rel(m)|4
C|acq(n)|5
C|rel(n)|6
END
expect 0 "$INSPECTOR" stats --color always busy.std
esc=$(printf '\033')
head -n 1 "$scratch/out" | grep -q "^$esc\[1mlock" || fail "the headings are not bold"
grep -q "^m .*$esc\[33m *1$esc\[0m" "$scratch/out" || fail "what is contended has no colour"
! grep "^n " "$scratch/out" | grep -q "$esc" || fail "what is not contended has a colour"
expect_out 'held by A 1 time, B 1 time'
for plain in '' '--color never' '--color auto'; do
  expect 0 "$INSPECTOR" stats $plain busy.std
  ! grep -q "$esc" "$scratch/out" || fail "colours in a file"
done
expect 2 "$INSPECTOR" stats --color pink busy.std
expect_line 'give auto, always or never'
expect 0 "$INSPECTOR" stats --format json busy.std
python3 -c 'import json, sys
m = next(lock for lock in json.load(open(sys.argv[1]))["locks"] if lock["lock"] == "m")
assert [owner["thread"] for owner in m["owners"]] == ["A", "B"], m' "$scratch/out" || fail "JSON does not tell the owners"

# A picture, if the file is called so.
expect 0 "$INSPECTOR" stats -o busy.svg busy.std
expect_nothing out
grep -q '<svg' busy.svg && grep -q '50 % of 2 had to wait' busy.svg || fail "no picture of the contention"
expect 0 "$INSPECTOR" stats --top 1 -o busy.dot busy.std
grep -q '1 more lock' busy.dot || fail "the picture does not tell what it leaves out"
expect 0 "$INSPECTOR" stats -o busy.txt busy.std
grep -q '^lock ' busy.txt || fail "no table in another file"
expect 0 "$INSPECTOR" stats --format json -o json.svg busy.std
python3 -m json.tool json.svg >/dev/null || fail "--format json is asked for"
expect 2 "$INSPECTOR" stats -o /no/such/folder/s.svg busy.std
expect_line 's.svg: cannot be written'
