# Blanks and colons in the paths of program, folder and library; closed standard streams.
mkdir "a place: with blanks"
cd "a place: with blanks"
cp "$PROGRAMS/locks" "my locks"
library=$(dirname "$INSPECTOR")/../lib/libtrack.so
cp "$library" libtrack.so
expect 2 "$INSPECTOR" record "./my locks"
expect_line "my locks.track: a trace folder's full path must not hold a ':'"
mkdir "$scratch/b c"
expect 0 env TRACK_LIBRARY="$PWD/libtrack.so" "$INSPECTOR" record -o "$scratch/b c/my trace" "./my locks"
expect_nothing err
cd "$scratch/b c"
expect 0 "$INSPECTOR" check --require-events 4000 "my trace"
expect 0 "$INSPECTOR" record -o closed "$PROGRAMS/locks" 0<&- 3>&-
expect 0 sh -c '"$0" record -q -o closed "$1" >&- 2>&-' "$INSPECTOR" "$PROGRAMS/locks"
expect 0 "$INSPECTOR" check --require-events 4000 closed
[ "$(head -c 8 closed/session)" = TRACKSES ] || fail "the session file was written over"
