# The trace itself, a pipe that would have to be read twice, an output that cannot be: one line, and nothing is changed.
write_inversion >inversion.std
cp inversion.std kept.std
for format in perfetto json std; do
  expect 2 "$INSPECTOR" export -f $format -o inversion.std inversion.std
  expect_line "inversion.std: is the trace itself"
done
expect 2 "$INSPECTOR" dump -o inversion.std inversion.std
expect_line "inversion.std: is the trace itself"
cmp -s inversion.std kept.std || fail "the trace was written over"
for format in perfetto json; do
  status=0
  cat kept.std | "$INSPECTOR" export -f $format /dev/stdin >"$scratch/out" 2>"$scratch/err" || status=$?
  [ $status = 2 ] || fail "status $status for a pipe"
  expect_line "/dev/stdin: not a file"
done
expect 2 "$INSPECTOR" export -f json -o no/such/place inversion.std
expect_line "no/such/place: cannot be written: No such file or directory"
expect 2 "$INSPECTOR" export -f ctf -o no/such/place inversion.std
expect_line "no/such/place: cannot be written: No such file or directory"
mkdir folder
expect 2 "$INSPECTOR" export -f json -o folder inversion.std
expect_line "folder: cannot be written: Is a directory"
