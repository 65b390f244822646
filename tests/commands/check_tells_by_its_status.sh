# 0: nothing that fails, 1: findings that fail, 2: trouble; and the options that shift the line.
write_inversion >inversion.std
sed -n 1,4p inversion.std >clean.std
expect 0 "$INSPECTOR" check clean.std
expect_nothing err
expect 1 "$INSPECTOR" check inversion.std
expect_out "deadlock"
expect_nothing err
expect 1 "$INSPECTOR" check clean.std inversion.std
expect 7 "$INSPECTOR" check --error-exitcode 7 inversion.std
expect 0 "$INSPECTOR" check --error-exitcode 7 clean.std
expect 0 "$INSPECTOR" check --only unlock-not-held inversion.std
expect 1 "$INSPECTOR" check --only unlock-not-held --only deadlock inversion.std
expect 0 "$INSPECTOR" check --fail-on observed inversion.std
expect 1 "$INSPECTOR" check --fail-on error inversion.std
expect 1 "$INSPECTOR" check --strict inversion.std
expect 1 "$INSPECTOR" check --require-events 8 inversion.std
expect 2 "$INSPECTOR" check --require-events 9 inversion.std
expect_err "only 8 events were recorded, 9 are required"
expect 1 "$INSPECTOR" check -o report inversion.std
expect_nothing out
grep -q deadlock report || fail "no report in the file"
expect 2 "$INSPECTOR" check -o /no/such/report inversion.std
expect_line "/no/such/report: cannot be written"
if [ -w /dev/full ]; then
  expect 2 "$INSPECTOR" check -o /dev/full inversion.std
  expect_line "/dev/full: cannot be written: No space left"
fi
