# The report of an unlock too many names the last release: that of the second function, though both reach the mutex by the same calls.
expect 66 "$INSPECTOR" run -- "$PROGRAMS/unlocked_twice" again
grep -A5 'last unlocked here' err | grep -q 'second()' || fail "the last release is another one"
