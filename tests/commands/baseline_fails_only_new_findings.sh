# A baseline makes old findings known: only new ones fail, and those that are gone are said to be fixed.
write_inversion >old.std
expect 1 "$INSPECTOR" check --write-baseline baseline old.std
expect_out '^1 finding: 1 error'
expect 0 "$INSPECTOR" check --baseline baseline old.std
expect_out '(deadlock, predicted, known)'
expect_out '^0 new, 1 known, 0 fixed, compared with baseline$'
{ cat old.std; echo 'T1|rel(C)|30'; } >new.std
expect 1 "$INSPECTOR" check --baseline baseline new.std
expect_out '(unlock-not-held, observed, new)'
expect_out '^1 new, 1 known, 0 fixed, compared with baseline$'
sed 1,4d new.std >fixed.std
expect 1 "$INSPECTOR" check --baseline baseline fixed.std
expect_out '^1 new, 0 known, 1 fixed, compared with baseline$'
expect_out '^fixed, or not found this time: deadlock, was predicted: T1 holds A'
expect 0 "$INSPECTOR" check --baseline baseline --only self-deadlock fixed.std
expect_out '^0 new, 0 known, 0 fixed'
expect 1 "$INSPECTOR" check --baseline baseline --format json fixed.std
expect_out '"baseline": "new"'
expect_out '"fixed": \['
expect_out '"kind": "deadlock"'
expect 1 "$INSPECTOR" check --baseline baseline --format sarif new.std
expect_out '"baselineState": "new"'
expect_out '"baselineState": "unchanged"'
expect 0 "$INSPECTOR" check --baseline baseline --format junit old.std
! grep -q '<failure' out || fail "a known finding fails in JUnit XML"

# The same findings make the same bytes, whatever their order; merged by lines it is still one.
expect 1 "$INSPECTOR" check --write-baseline both new.std
expect 0 "$INSPECTOR" check --write-baseline again --baseline both new.std
cmp both again || fail "the same findings make another baseline"
cat baseline both >union
expect 0 "$INSPECTOR" check --baseline union new.std
expect_out '^0 new, 2 known, 0 fixed'

# What is suppressed is not in it, and not fixed either.
echo 'deadlock: lock:A' >supp
expect 1 "$INSPECTOR" check --suppress supp --write-baseline without new.std
! grep -q ' deadlock ' without || fail "a suppressed finding is in the baseline"
expect 0 "$INSPECTOR" check --suppress supp --baseline both new.std
expect_out '^0 new, 1 known, 0 fixed'

# run has them, too.
expect 66 "$INSPECTOR" run --write-baseline running -- "$PROGRAMS/late_inversion"
expect 0 "$INSPECTOR" run --baseline running -- "$PROGRAMS/late_inversion"
expect_err '^0 new, 1 known, 0 fixed'

# Nothing that is no baseline is taken for one.
expect 2 "$INSPECTOR" check --baseline old.std old.std
expect_line 'old.std:1: this is no baseline'
expect 2 "$INSPECTOR" check --baseline nosuch old.std
expect_line 'nosuch: cannot be read: No such file'
expect 2 "$INSPECTOR" check --baseline . old.std
expect_line '.: cannot be read: Is a directory'
sed 's/^# inspector baseline 1$/# inspector baseline 7/' both >newer
expect 2 "$INSPECTOR" check --baseline newer old.std
expect_line 'newer:1: a baseline of version 7; this inspector reads version 1'
{ cat both; echo '<<<<<<< HEAD'; } >conflict
expect 2 "$INSPECTOR" run --baseline conflict -- touch it_ran
expect_line 'conflict:5: a merge of git that was not finished'
[ ! -e it_ran ] || fail "the program ran nevertheless"
head -c 60 both >cut
printf '\0\0' >>cut
expect 2 "$INSPECTOR" check --baseline cut old.std
expect_line 'cut:2: a byte of value 0'
expect 2 "$INSPECTOR" check --write-baseline /no/such/file old.std
expect_line '/no/such/file: cannot be written'
expect 2 "$INSPECTOR" check --baseline both --baseline both old.std
expect_line 'give one file'
# No trace was read: none is written that knows nothing.
expect 2 "$INSPECTOR" check --write-baseline empty nosuch.std
[ ! -e empty ] || fail "a baseline of nothing"
