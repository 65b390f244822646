# Every process of a fork has a trace of its own, and what the parent held at the fork may be released in the child.
expect 0 "$INSPECTOR" run --trace trace -- "$PROGRAMS/forks"
! grep -q 'unlock-not-held\|unlock-by-other' err || fail "an unlock in the child is taken for misuse"
traces=$(ls trace/*.trace | wc -l)
[ "$traces" -ge 13 ] || fail "only $traces processes were recorded"
