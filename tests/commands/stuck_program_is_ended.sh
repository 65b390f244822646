# A process that can never go on is ended and reported; one that waits for it goes on.
expect 66 timeout 60 "$INSPECTOR" run -- "$PROGRAMS/self_deadlock"
expect_err "self_deadlock was stuck and has been ended"
expect_err "(self-deadlock, observed"
expect_err "self_deadlock.c:8"
expect_nothing out
expect 9 timeout 60 "$INSPECTOR" run --on-deadlock abort --error-exitcode 9 -- "$PROGRAMS/self_deadlock"
expect 66 timeout 60 "$INSPECTOR" run -- "$PROGRAMS/stuck_child"
expect_out "parent went on"
expect_err "(self-deadlock, observed"
