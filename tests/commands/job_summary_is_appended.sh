# --format github leaves a summary where the service asks for it, once, and says when it cannot.
write_inversion >two.std
export GITHUB_STEP_SUMMARY="$scratch/summary.md"
echo 'from another step' >summary.md
expect 1 "$INSPECTOR" check --format github two.std
expect_nothing err
expect_out '^::error file=two.std,line=2,title=D1 '
head -1 summary.md | grep -q '^from another step$' || fail "the summary is not appended to"
[ "$(grep -c '^## Track inspector' summary.md)" = 1 ] || fail "not one summary"
grep -q '^| D1 |' summary.md || fail "the finding is not in the summary"
cp summary.md before.md
expect 0 "$INSPECTOR" run --format github -- "$PROGRAMS/locks"
expect_nothing out
[ "$(grep -c '^## Track inspector' summary.md)" = 2 ] || fail "run leaves no summary"
# Other formats leave the file alone, and so does a variable that names nothing.
cp summary.md before.md
for format in text json sarif junit gitlab markdown; do
  expect 1 "$INSPECTOR" check --format $format two.std
done
GITHUB_STEP_SUMMARY= "$INSPECTOR" check --format github two.std >/dev/null || [ $? = 1 ] || fail "an empty variable"
cmp -s summary.md before.md || fail "another format has written the summary"
# It cannot be written: red, with the reason.
export GITHUB_STEP_SUMMARY="$scratch/nowhere/summary.md"
expect 2 "$INSPECTOR" check --format github two.std
expect_line 'nowhere/summary.md: cannot be written: No such file'
if [ -w /dev/full ]; then
  GITHUB_STEP_SUMMARY=/dev/full expect 2 "$INSPECTOR" check --format github -o report two.std
  expect_line '/dev/full: cannot be written: No space left'
  unset GITHUB_STEP_SUMMARY
  for format in text json html sarif junit github gitlab markdown; do
    expect 2 "$INSPECTOR" check --format $format -o /dev/full two.std
    expect_line '/dev/full: cannot be written: No space left'
  done
fi
# No more than a service takes, however much there is.
unset GITHUB_STEP_SUMMARY
i=1000
while [ $i -lt 2500 ]; do
  printf 'T%d|acq(A%d)|%d\nT%d|acq(B%d)|%d\nT%d|rel(B%d)|%d\nT%d|rel(A%d)|%d\n' $i $i ${i}1 $i $i ${i}2 $i $i ${i}3 $i $i ${i}4
  printf 'S%d|acq(B%d)|%d\nS%d|acq(A%d)|%d\nS%d|rel(A%d)|%d\nS%d|rel(B%d)|%d\n' $i $i ${i}5 $i $i ${i}6 $i $i ${i}7 $i $i ${i}8
  i=$((i + 1))
done >many.std
expect 1 "$INSPECTOR" check --format markdown many.std
[ "$(wc -c <"$scratch/out")" -lt 1048576 ] || fail "a summary of $(wc -c <"$scratch/out") bytes"
expect_out '^1500 findings'
expect_out '^[0-9]* more are left out here'
