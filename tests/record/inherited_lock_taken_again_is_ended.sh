# A forked child that asks for a mutex it holds since before the fork waits for itself, though the owner word names its parent.
expect 66 timeout 60 "$INSPECTOR" run -- "$PROGRAMS/destroys" inherited
expect_err 'was stuck and has been ended'
expect_err '(self-deadlock, observed'
