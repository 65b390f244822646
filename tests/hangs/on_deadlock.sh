# What becomes of a program some of whose threads hang while others go on: told at once, ended only when asked to, and told at its end.
hang="$PROGRAMS/hang"
expect 66 timeout 100 "$INSPECTOR" run --trace trace -- "$hang" partly
expect_out 'main went on'
expect_err '^inspector: process [0-9]* goes on, but some of its threads never will:'
expect_err '^inspector: .* holds a, taken at hang.c:[0-9]*, and waits for b at hang.c:[0-9]*, which .* holds\.'
expect_err '(deadlock, observed)'
! grep -q 'has been ended' err || fail "it was ended"

expect 66 timeout 100 "$INSPECTOR" run --on-deadlock abort --trace trace -- "$hang" partly
expect_nothing out
expect_err 'was stuck and has been ended'

expect 66 timeout 100 "$INSPECTOR" run --on-deadlock wait --trace trace -- "$hang" partly
expect_out 'main went on'
! grep -q 'goes on, but' err || fail "it was told while it ran"
expect_err '(deadlock, observed)'

# Joins alone make a circle, too.
expect 66 timeout 100 "$INSPECTOR" run --on-deadlock abort --trace trace -- "$hang" joins_beside
expect_err 'has been ended'
expect_err 'waits for .* to end, at hang.c:[0-9]*\.'

# The first thread gets behind the circle: then nothing is left to wait for.
expect 66 timeout 100 "$INSPECTOR" run --trace trace -- "$hang" partly_then_join
expect_out 'main went on'
expect_err 'has been ended'

# Nothing but the report, where the report is for programs.
expect 66 timeout 100 "$INSPECTOR" run --format json --trace trace -- "$hang" partly
! grep -q '^inspector' err || fail "a line beside the JSON"
expect_err '"verdict": "observed"'
