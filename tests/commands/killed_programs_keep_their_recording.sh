# SIGKILL loses nothing: every event up to it is there, of parent and child, and nothing counts as damage.
expect 137 "$INSPECTOR" run -- "$PROGRAMS/killed"
expect_err ' 2 processes, 0 dropped'
expect 0 "$INSPECTOR" check --require-events 800000 killed.track
expect_nothing err
expect 0 "$INSPECTOR" stats killed.track
[ "$(grep -c '^gate  *mutex  *200000 ' "$scratch/out")" = 2 ] || fail "not 200000 in each process"
expect 0 "$INSPECTOR" dump killed.track
[ "$(grep -c '^# process [12] of 2: killed.track/' "$scratch/out")" = 2 ] || fail "the processes are not told apart"
[ "$(grep -c '|acq(' "$scratch/out")" = 400000 ] || fail "not 400000 acquisitions"
