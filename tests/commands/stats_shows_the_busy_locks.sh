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
