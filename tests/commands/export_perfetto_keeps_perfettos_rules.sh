# What Perfetto would drop or bind wrongly is not in the file; the golden is the specification.
check() { # FILE COUNTS...
  python3 "$TESTS/commands/perfetto_check.py" "$@" >counts 2>problem || fail "$1: $(tail -n 1 problem)"
}
expect 0 "$INSPECTOR" export --format perfetto -o golden.json "$TESTS/golden/export.std"
expect_nothing out
expect_nothing err
sed 's/"version":"[^"]*"/"version":"-"/; s|"trace":"[^"]*"|"trace":"-"|' golden.json >normal.json
cmp -s normal.json "$TESTS/golden/export-perfetto.json" || fail "$(diff normal.json "$TESTS/golden/export-perfetto.json" | head -6)"
check golden.json start=2 join=1 barrier=1 handover=1 notify=6 stuck=2
expect 0 "$INSPECTOR" export --format perfetto "$TESTS/golden/export.std"
cmp -s "$scratch/out" golden.json || fail "the standard output gets something else than a file"

# Locks given up in the order in which they were taken: more of them at once than a thread has tracks for.
{
  for i in 1 2 3 4 5 6 7 8 9; do echo "T|acq(L$i)|1"; done
  for i in 1 2 3 4 5 6 7 8 9; do echo "T|rel(L$i)|2"; done
} >order.std
expect 0 "$INSPECTOR" export --format perfetto -o order.json order.std
check order.json hold=9
grep -q '"ph":"b"' order.json || fail "nothing is asynchronous"
grep -q '"name":"T (not nested)"' order.json || fail "no second track"

# A lock that another thread gives up; one whose memory goes while it is held.
printf 'T1|create(a,track_lock)|0\nT1|acq(a,track_lock)|1\nT1|acq(b)|2\nT2|rel(a,track_lock,odd)|3\nT1|rel(b)|4\nT2|acq(c)|5\nT1|free(c)|6\nT2|r(x)|7\n' >odd.std
expect 0 "$INSPECTOR" export --format perfetto -o odd.json odd.std
check odd.json hold=3
grep -q '"ts":2.000,"dur":2.000,"cat":"hold","name":"a"' odd.json || fail "another thread's release is not the end"
grep -q '"ts":6.000,"dur":1.000,"cat":"hold","name":"c"' odd.json || fail "the end of its memory is not its end"

# Two rounds of a barrier: in each, the arrow comes from the arrival that fills it, also when that thread is back already. A wait in vain.
cat >rounds.std <<'END'
A|create(gate,barrier,value=2)|0
A|arrive(gate)|1
B|arrive(gate)|2
B|leave(gate)|2
B|arrive(gate)|3
A|leave(gate)|1
A|acq(lock)|4
B|leave(gate,result=ETIMEDOUT)|3
B|req(lock,timed)|5
B|tryfail(lock,timed,result=ETIMEDOUT)|5
END
expect 0 "$INSPECTOR" export --format perfetto -o rounds.json rounds.std
check rounds.json barrier=1 wait=4 handover=0
grep -q '"ph":"s","pid":1,"tid":2,"ts":3.000' rounds.json || fail "not the filling arrival"
[ "$(grep -c '"success":false' rounds.json)" = 2 ] || fail "waits in vain are not told"

# Whatever executions there are.
mkdir random
"$PROGRAMS/random_recordings" random 60
for trace in random/*.trace; do
  expect 0 "$INSPECTOR" export --format perfetto -o "$trace.json" "$trace"
done
check random/*.json
grep -q handover= counts || fail "no lock was handed over"
