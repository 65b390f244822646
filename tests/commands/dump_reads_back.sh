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

# Through a pipe, though it is read twice and more.
dump_and_check() {
  "$INSPECTOR" dump inversion.std | "$INSPECTOR" "$@"
}
expect 1 dump_and_check check /dev/stdin
expect_nothing err
expect_out 'deadlock, predicted'
expect 0 dump_and_check graph --finding D1 /dev/stdin
expect_nothing err
expect 0 dump_and_check report -o piped.html /dev/stdin

# A forked process keeps what its parent had: nobody knows what that is, and nothing is said of it.
expect 0 "$INSPECTOR" record -o forked.track "$PROGRAMS/fork_with_lock"
n=0
for trace in forked.track/*.trace; do
  expect 0 "$INSPECTOR" dump -o one.std "$trace"
  expect 0 "$INSPECTOR" check one.std
  ! grep -q '#! forked: yes' one.std || n=$((n + 1))
done
[ $n = 1 ] || fail "$n of the processes are said to be forked"
expect 0 "$INSPECTOR" dump -o both.std forked.track
expect 2 "$INSPECTOR" check both.std
expect_err 'another process of the recording begins'
