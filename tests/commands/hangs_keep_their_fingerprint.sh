# What was predicted is known when it happens, locks around the circle or not: the baseline of a good run knows the confirmed deadlock.
expect 0 "$INSPECTOR" record -o late.track "$PROGRAMS/late_inversion"
expect 1 "$INSPECTOR" check --write-baseline baseline late.track
grep -q ' deadlock plausible ' baseline || fail "no deadlock in the baseline"
expect 0 "$INSPECTOR" confirm --baseline baseline late.track -- "$PROGRAMS/late_inversion"
expect_err '(deadlock, confirmed, known)'
expect 1 "$INSPECTOR" check --write-baseline hung late_inversion.confirm.track
grep -q ' deadlock observed ' hung || fail "no hang in the recording of the attempt"
[ "$(grep -v '^#' hung | cut -d' ' -f1,2)" = "$(grep -v '^#' baseline | cut -d' ' -f1,2)" ] || fail "another fingerprint: $(cat baseline hung)"
expect 2 "$INSPECTOR" confirm --write-baseline new late.track -- "$PROGRAMS/late_inversion"
expect_line "a baseline is written by 'inspector check --write-baseline'"

# The same circle; in the second run each thread holds a further lock around it, as another caller might.
write_inversion >inner.std
sed '1i T1|acq(X)|1' inner.std | sed '$a T1|rel(X)|2' >outer.std
for file in inner outer; do
  expect 1 "$INSPECTOR" check --write-baseline $file.baseline $file.std
done
[ "$(grep -c ' deadlock ' outer.baseline)" = 1 ] || fail "no deadlock under X"
[ "$(grep ' deadlock ' inner.baseline | cut -c1-16)" = "$(grep ' deadlock ' outer.baseline | cut -c1-16)" ] || fail "X changes it"
