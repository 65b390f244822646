# 0: every proof holds, 1: one does not, 2: cannot tell.
write_inversion >inversion.std
expect 1 "$INSPECTOR" check --format json -o report.json inversion.std
grep -A4 '"witness"' report.json | tr -d ' \n' | grep -q '"witness":{"stop":{"T1":1,"T2":1' || fail "not the witness"
expect 0 "$INSPECTOR" verify-witness inversion.std report.json
expect_out "^D1: holds$"
expect_nothing err
expect 0 "$INSPECTOR" verify-witness --finding D1 inversion.std report.json
expect 2 "$INSPECTOR" verify-witness --finding D2 inversion.std report.json
expect_line "report.json: no finding D2"

# A proof that somebody has changed.
sed 's/"T1": 1/"T1": 2/' report.json >late.json
expect 1 "$INSPECTOR" verify-witness inversion.std late.json
expect_out "^D1: does not hold: "
sed 's/"T1": 1/"T1": 0/' report.json >early.json
expect 1 "$INSPECTOR" verify-witness inversion.std early.json
sed 's/"T1": 1/"T9": 1/' report.json >nobody.json
expect 2 "$INSPECTOR" verify-witness inversion.std nobody.json
expect_out "^D1: cannot tell: its witness names a thread that the trace does not have$"
sed 's/"witness"/"wishes"/' report.json >none.json
expect 2 "$INSPECTOR" verify-witness inversion.std none.json
expect_out "^D1: cannot tell: it carries no witness$"

# The same trace without accesses: plausible at most, and such a proof would prove nothing.
{ echo "#! accesses: none"; cat inversion.std; } >blind.std
expect 1 "$INSPECTOR" check --format json -o plausible.json blind.std
grep -q '"verdict": "plausible"' plausible.json || fail "not plausible"
expect 0 "$INSPECTOR" verify-witness blind.std plausible.json
expect_out "No finding is predicted"
expect 2 "$INSPECTOR" verify-witness --finding D1 blind.std plausible.json

# A report on several traces: only what is about this one is checked.
write_inversion | sed 's/A/X/; s/B/Y/' >other.std
expect 1 "$INSPECTOR" check --format json -o both.json inversion.std other.std
expect 0 "$INSPECTOR" verify-witness other.std both.json
[ "$(wc -l <out)" = 1 ] || fail "not one finding"

expect 2 "$INSPECTOR" verify-witness inversion.std
expect_line "name a trace and the report"
expect 2 "$INSPECTOR" verify-witness inversion.std inversion.std
expect_line "inversion.std: line 1: "
expect 2 "$INSPECTOR" verify-witness inversion.std /no/such.json
expect_line "/no/such.json"
expect 2 "$INSPECTOR" verify-witness /no/such.std report.json
expect_line "/no/such.std"
echo '{"findings": 3}' >odd.json
expect 2 "$INSPECTOR" verify-witness inversion.std odd.json
expect_line "odd.json: not a report"
