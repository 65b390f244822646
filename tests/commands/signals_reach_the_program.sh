# SIGTERM and SIGHUP are passed on; SIGINT, which a terminal sends to both, does not end the inspector.
mkfifo ready
start() {
  "$INSPECTOR" record -- sh -c "trap '$1' TERM HUP; echo > ready; while :; do read -r line < held || exit 9; done" 2>err &
  inspector=$!
  read -r line <ready
}
mkfifo held
exec 3<>held
for signal in TERM HUP; do
  start 'exit 23'
  kill -INT $inspector
  kill -$signal $inspector
  status=0
  wait $inspector || status=$?
  [ $status = 23 ] || fail "status $status after SIG$signal"
done
