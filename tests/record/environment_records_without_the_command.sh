# LD_PRELOAD and TRACK_OPTIONS alone make a recording; on_deadlock=abort ends a thread that waits for itself.
expect 0 env LD_PRELOAD="$LIBTRACK" TRACK_OPTIONS="output=$scratch/trace" "$PROGRAMS/annotated"
expect 0 "$INSPECTOR" dump trace
expect_out 'home-made'
expect 66 env LD_PRELOAD="$LIBTRACK" TRACK_OPTIONS="output=$scratch/stuck:on_deadlock=abort" timeout 20 "$PROGRAMS/../commands/self_deadlock"
expect_err 'holds itself'
expect 1 "$INSPECTOR" check stuck
expect_out '(self-deadlock, observed'
