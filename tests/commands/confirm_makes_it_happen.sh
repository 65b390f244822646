# What was predicted happens in a run that holds its threads back; what cannot happen does not.
expect 0 "$INSPECTOR" record -o late.track "$PROGRAMS/late_inversion"
expect 1 "$INSPECTOR" check late.track
expect_out 'deadlock, plausible'

expect 1 "$INSPECTOR" confirm late.track -- "$PROGRAMS/late_inversion"
expect_nothing out
expect_err '(deadlock, confirmed)'
tr -s '\n ' '  ' <err >line # sentences as they are without line breaks
grep -q 'T2 (early) holds a, taken at late_inversion.c:11, and waits for b at late_inversion.c:12, which T3 (late) holds' line || fail "T2's sentence"
grep -q 'T3 (late) holds b, taken at late_inversion.c:11, and waits for a at late_inversion.c:12, which T2 (early) holds' line || fail "T3's sentence"
expect_err 'Why confirmed: it was plausible (D1 of late.track'
[ -d late_inversion.confirm.track ] || fail "the recording of the attempt is not where it is said to be"
expect 1 "$INSPECTOR" check late.track
expect_out 'deadlock, plausible'

expect 1 "$INSPECTOR" confirm --finding d1 --format json -o report.json --trace again.track late.track -- "$PROGRAMS/late_inversion"
grep -q '"verdict": "confirmed"' report.json || fail "JSON does not say confirmed"
expect 3 "$INSPECTOR" confirm --error-exitcode 3 -q late.track -- "$PROGRAMS/late_inversion"

# A flag in memory keeps them apart: a library that sees calls cannot know, but steering does not get there.
expect 0 "$INSPECTOR" record -o flagged.track "$PROGRAMS/flagged_inversion"
expect 0 "$INSPECTOR" confirm --attempts 3 flagged.track -- "$PROGRAMS/flagged_inversion"
[ "$(cat out)" = "$(printf 'both\nboth\nboth')" ] || fail "the program's output is not what it writes three times"
expect_err 'D1 remains plausible: it was not reproduced in 3 attempts; in the last one, T2 (first) came to its place'
expect_err 'Nothing was confirmed'

# Another program never comes there.
expect 0 "$INSPECTOR" confirm late.track -- true
expect_err 'in 3 attempts no thread came to its place; is it the program that was recorded'
expect 2 "$INSPECTOR" confirm --require-events 1000 late.track -- true
expect_err 'only .* events were recorded'

# Nothing to be confirmed.
expect 0 "$INSPECTOR" record -o true.track true
expect 0 "$INSPECTOR" confirm true.track -- true
expect_err 'no deadlock in it remains to be confirmed'
printf 'T1|acq(A)|1\nT2|acq(B)|2\nT1|req(B)|3\nT2|req(A)|4\n' >hung.std
expect 0 "$INSPECTOR" confirm hung.std -- true
expect_err 'D1 (deadlock) was observed: it happened in the recording'


expect 2 "$INSPECTOR" confirm late.track
expect_line 'name a recording and a program'
expect 2 "$INSPECTOR" confirm --finding D9 late.track -- true
expect_line 'there is no finding D9'
expect 2 "$INSPECTOR" confirm nosuch.track -- true
expect_line 'nosuch.track'
expect 2 "$INSPECTOR" confirm --attempts 0 late.track -- true
expect_line 'attempts'
expect 2 "$INSPECTOR" confirm late.track -- "$scratch/nosuch"
expect_line 'nosuch'

# Of two circles behind one wrapper, the one that happens does not stand for the other.
expect 0 "$INSPECTOR" record -o two.track "$PROGRAMS/two_circles"
expect 1 "$INSPECTOR" check two.track
expect_out '^D2 '
for id in D1 D2; do
  status=0
  "$INSPECTOR" confirm --attempts 4 --finding $id --format json -o $id.json two.track -- "$PROGRAMS/two_circles" >/dev/null 2>&1 || status=$?
  echo "$id $status" >>outcomes
  [ $status = 0 ] || grep -q '"name": \|real_one\|real_two' $id.json || fail "$id was confirmed by another circle"
  ! grep -q 'kept_apart' $id.json || [ $status = 0 ] || fail "what is kept apart was confirmed"
done
[ "$(cut -d' ' -f2 outcomes | sort | tr '\n' ' ')" = '0 1 ' ] || fail "not one of the two was confirmed: $(cat outcomes)"

# Its own recording is not emptied.
expect 0 "$INSPECTOR" record -o late_inversion.confirm.track "$PROGRAMS/late_inversion"
before=$(ls late_inversion.confirm.track)
expect 1 "$INSPECTOR" confirm late_inversion.confirm.track -- "$PROGRAMS/late_inversion"
[ "$(ls late_inversion.confirm.track)" = "$before" ] || fail "the recording is gone"
expect 2 "$INSPECTOR" confirm --trace late.track late.track -- "$PROGRAMS/late_inversion"
expect_line 'is the recording that is to be confirmed'
