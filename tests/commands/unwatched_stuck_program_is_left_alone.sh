# --on-deadlock wait never ends anything: only the SIGTERM that comes later does.
"$INSPECTOR" run --on-deadlock wait --only unjoined-thread -- "$PROGRAMS/self_deadlock" 2>err &
inspector=$!
tries=0
until ls self_deadlock.track/*.trace >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 1000 ] || fail "no recording appeared"
  sleep 0.01
done
sleep 1
kill -TERM $inspector
status=0
wait $inspector || status=$?
[ $status = 143 ] || fail "status $status"
! grep -q stuck err || fail "it was ended"
