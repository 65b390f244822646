# `record` does not end a program that hangs; whoever kills both finds in the recording that it hung.
"$INSPECTOR" record -q -o trace -- "$PROGRAMS/hang" semaphores 2>/dev/null &
recorder=$!
until_seen() { # the mark that the watcher leaves: the dump says so
  tries=0
  until "$INSPECTOR" dump trace 2>/dev/null | grep -q '^#! stuck: seen'; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "nobody saw that it hangs"
    sleep 0.1
  done
}
until_seen
child=$(cat /proc/$recorder/task/$recorder/children)
kill -KILL $recorder $child
wait $recorder 2>/dev/null || true
expect 1 "$INSPECTOR" check trace
expect_out '(communication-deadlock, observed)'
