# kill -9 in the middle of millions of events: the recording holds every event up to the kill.
TRACK_OPTIONS=output=$scratch/trace LD_PRELOAD=$LIBTRACK "$PROGRAMS/counts_until_killed" counters &
pid=$!
counted() { od -An -t d8 -N 192 counters 2>/dev/null | awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum + 0 }'; }
until [ "$(counted)" -gt 10000000 ]; do
  kill -0 "$pid" || fail "the program ended by itself"
done
kill -9 "$pid"
wait "$pid" || true
expect 0 "$INSPECTOR" check --format json trace
events=$(sed -n 's/.*"events": \([0-9]*\).*/\1/p' out | head -1)
[ "$events" -ge "$(counted)" ] || fail "$events events recorded of $(counted)"
[ "$events" -le $(($(counted) + 40)) ] || fail "$events events recorded, only $(counted) happened"
grep -q '"dropped": 0' out || fail "events were dropped"
