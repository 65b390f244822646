# An old recording is replaced; anything else that has the name stays untouched.
expect 0 "$INSPECTOR" record true
[ -f true.track/session ] || fail "no recording in true.track"
: >true.track/1.trace
echo mine >true.track/notes
expect 0 "$INSPECTOR" record true
[ ! -e true.track/1.trace ] || fail "the old recording is still there"
[ "$(cat true.track/notes)" = mine ] || fail "a file that is not ours was removed"
expect 0 "$INSPECTOR" record -o chosen /bin/true
[ -f chosen/session ] || fail "no recording in the chosen folder"
expect 0 "$INSPECTOR" run --trace chosen /bin/true
[ ! -e true.track.track ] || fail "an odd folder"

mkdir folder && echo mine >folder/a.trace
: >file
: >folder_with_a_session && rm folder_with_a_session && mkdir folder_with_a_session && echo mine >folder_with_a_session/session
for name in folder file folder_with_a_session; do
  expect 2 "$INSPECTOR" record -o $name true
  expect_line "$name: exists and is not a recording"
  expect 2 "$INSPECTOR" run --trace $name true
  expect_line "$name: exists and is not a recording"
done
[ "$(cat folder/a.trace folder_with_a_session/session)" = "mine
mine" ] || fail "a refused folder was changed"

expect 2 "$INSPECTOR" record -o no/such/place true
expect_line "no/such/place: cannot record there: No such file or directory"
expect 2 "$INSPECTOR" record -o /proc/recording true
expect_line "/proc/recording: cannot record there"
expect 2 "$INSPECTOR" record -o with:colon true
expect_line "must not hold a ':'"
[ ! -e with:colon ] || fail "a folder that cannot be used was left"
