# Children that may not write where their parent records go on unrecorded; one line in all says so, and the recording counts them.
[ "$(id -u)" = 0 ] || skip "only root has rights to give up"
chmod 755 "$scratch"
"$PROGRAMS/drops_rights" yes >bare.out || fail "the program failed bare"
TRACK_OPTIONS=output=$scratch/trace LD_PRELOAD=$LIBTRACK "$PROGRAMS/drops_rights" yes >recorded.out 2>recorded.err || fail "the program failed"
cmp bare.out recorded.out || fail "another outcome"
[ "$(wc -l <recorded.err)" = 1 ] || fail "not one line: $(cat recorded.err)"
expect 2 "$INSPECTOR" check --only deadlock trace
expect_err '5 threads were not recorded'
