# A dump is a trace again: the same findings, and the same dump.
write_inversion >inversion.std
expect 0 "$INSPECTOR" dump -o once.std inversion.std
expect_nothing out
expect 1 "$INSPECTOR" check once.std
expect 0 "$INSPECTOR" dump once.std
cmp -s "$scratch/out" once.std || fail "the dump of a dump differs"

expect 0 "$INSPECTOR" record "$PROGRAMS/locks"
expect 0 "$INSPECTOR" dump -o locks.std locks.track
expect 0 "$INSPECTOR" check --require-events 4000 locks.std
expect 0 "$INSPECTOR" dump locks.std
grep -v '^# ' locks.std >events
cmp -s "$scratch/out" events || fail "the dump of a dump differs"
