# Threads that were let go may still be leaving when a condition or barrier is destroyed; one that still waits may not.
expect 0 "$INSPECTOR" run -- "$PROGRAMS/destroys"
expect_err 'No findings'
expect 66 "$INSPECTOR" run -- "$PROGRAMS/destroys" waiter
expect_err '(destroy-while-held, observed'
