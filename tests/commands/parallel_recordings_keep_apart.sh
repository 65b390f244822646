# Two recordings of one program in one folder at the same time: the second gets a folder of its own.
mkfifo ready held
exec 3<>held
"$INSPECTOR" record -- sh -c 'echo > ready; read -r line < held; exit 6' &
first=$!
read -r line <ready
expect 7 "$INSPECTOR" record -- sh -c 'exit 7'
[ -f sh.track/session ] && [ -f sh.2.track/session ] || fail "not two folders"
expect 2 "$INSPECTOR" record -o sh.track true
expect_line "sh.track: another inspector is recording into it"
echo >&3
status=0
wait $first || status=$?
[ $status = 6 ] || fail "status $status of the first"
ls sh.track/*.trace >/dev/null || fail "the first lost its recording"
