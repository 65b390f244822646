# A thread that gives up all system calls and the clock goes on unrecorded, and the recording says that it is missing.
"$PROGRAMS/gives_up_calls" strict >bare.out || fail "the program failed bare"
TRACK_OPTIONS=output=$scratch/trace LD_PRELOAD=$LIBTRACK "$PROGRAMS/gives_up_calls" strict >recorded.out 2>recorded.err || fail "the program failed"
cmp bare.out recorded.out || fail "another outcome"
[ ! -s recorded.err ] || fail "something was printed: $(cat recorded.err)"
expect 2 "$INSPECTOR" check trace
expect_err '1 threads were not recorded'
