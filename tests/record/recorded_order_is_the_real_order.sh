# What each lock saw, told by those who held it, is what the recording says, acquisition by acquisition.
for round in 1 2 3; do
  rm -rf trace
  TRACK_OPTIONS=output=$scratch/trace LD_PRELOAD=$LIBTRACK "$PROGRAMS/faithful" told || fail "the program failed"
  sort told >told.sorted
  expect 0 "$INSPECTOR" dump trace
  sed -nE '/,rd[,)]/d; s/^T([0-9]+)\|(acq|semwait)\((m_)?([^,)]*).*/\1 \4/p' out |
    awk '{ order[$2] = order[$2] " " $1 } END { for (lock in order) print lock order[lock] }' | sed 's/^m_//' | sort >recorded.sorted
  [ "$(wc -l <told.sorted)" = 17 ] || fail "not all locks told"
  cmp told.sorted recorded.sorted || fail "another order: $(diff told.sorted recorded.sorted | cut -c1-200 | head -4)"
  expect 0 "$INSPECTOR" check --only deadlock trace
  expect_out ' 0 dropped'
  ! grep -q 'contradictions' out || fail "the order had to be repaired"
done
