# A handler that jumps out of the middle of an event does not end the recording of its thread, whatever the depth it goes on at.
for depth in 0 5 20; do
  TRACK_OPTIONS=output=$scratch/trace$depth LD_PRELOAD=$LIBTRACK "$PROGRAMS/interrupted_jumps" "$depth" >out 2>err || fail "the program failed"
  expect 0 "$INSPECTOR" stats "trace$depth"
  n=$(awk '$1 == "after" { print $3 }' out)
  [ "$n" -ge 99900 ] || fail "of 100000 locks at depth $depth only $n were recorded"
done
