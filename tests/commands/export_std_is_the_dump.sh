# export --format std and dump write the same bytes, of one process and of several.
same() {
  expect 0 "$INSPECTOR" dump "$1"
  cp "$scratch/out" dumped
  expect 0 "$INSPECTOR" export --format std "$1"
  cmp -s "$scratch/out" dumped || fail "$1: the export is not the dump"
  expect 0 "$INSPECTOR" export --format std -o exported "$1"
  cmp -s exported dumped || fail "$1: the file is not the dump"
}
same "$TESTS/golden/export.std"
same "$TESTS/golden/pictures.std"
expect 0 "$INSPECTOR" record "$PROGRAMS/locks"
same locks.track
expect 0 "$INSPECTOR" record -o shell.track sh -c '"$0"; "$0"; true' "$PROGRAMS/locks"
same shell.track
grep -q '^# process 3 of ' dumped || fail "not all processes"
cat "$TESTS/golden/export.std" | "$INSPECTOR" export --format std /dev/stdin >piped
"$INSPECTOR" dump "$TESTS/golden/export.std" | cmp -s - piped || fail "a pipe is not as good"
