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

# A hang of everybody is told by who waits for what, not by who joins them.
printf '%s\n' 'T1|fork(T2)|1' 'T2|acq(m)|20' 'T2|wait(c,m)|21' 'T1|joinreq(T2)|13' >joined.std
printf '%s\n' 'T1|fork(T3)|1' 'T3|fork(T2)|2' 'T2|acq(m)|20' 'T2|wait(c,m)|21' 'T3|joinreq(T2)|33' 'T1|joinreq(T3)|14' >through.std
printf '%s\n' 'T1|fork(T2)|1' 'T2|acq(m)|20' 'T2|wait(d,m)|21' 'T1|joinreq(T2)|13' >other.std
for file in joined through other; do
  expect 1 "$INSPECTOR" check --write-baseline $file.baseline $file.std
  grep ' lost-wakeup ' $file.baseline | cut -c1-16 >$file.print
done
cmp joined.print through.print || fail "another joiner changes it"
! cmp -s joined.print other.print || fail "another condition does not change it"

# Known or not, what got stuck and was ended fails.
expect 66 "$INSPECTOR" run --write-baseline stuck -- "$PROGRAMS/self_deadlock"
expect 66 "$INSPECTOR" run --baseline stuck -- "$PROGRAMS/self_deadlock"
expect_err '^0 new, 1 known, 0 fixed'
