# `live` asks a process that runs: one sentence a thread, then what hangs, or why nobody can tell.
start() { # PROGRAM WORD: recorded in the background; its process is $child
  rm -rf trace
  "$INSPECTOR" record -q -o trace -- "$PROGRAMS/$1" "$2" >/dev/null 2>&1 &
  recorder=$!
  child=
  tries=0
  until child=$(cat /proc/$recorder/task/$recorder/children 2>/dev/null) && [ -n "$child" ] && ls trace/*.trace >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || fail "$1 $2 did not start"
    sleep 0.01
  done
  child=${child% }
}
stop() {
  kill -KILL $child 2>/dev/null || true
  wait $recorder 2>/dev/null || true
}
ask_until() { # STATUS: it needs a moment to get there
  tries=0
  status=0
  until status=0 && { "$INSPECTOR" live $child >out 2>err || status=$?; } && [ $status = "$1" ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "status $status instead of $1"
    sleep 0.1
  done
}

start hang abba
ask_until 1
expect_out '^ *[0-9]*  main waits for .* to end, at hang.c:[0-9]*\.$'
expect_out 'holds a, taken at hang.c:[0-9]*, and waits for b at hang.c:[0-9]*, which '
expect_out '^It hangs: no thread goes on'
expect_out '(deadlock, observed)'
stop

start hang semaphores
ask_until 1
expect_out '(communication-deadlock, observed)'
stop

start hang not
tries=0
until "$INSPECTOR" live $child >out 2>err && grep -q '^  main polls$' out; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || fail "it does not say that main polls"
done
expect_out '^undecided, because'
expect_out 'waits for changed to be signalled at hang.c:[0-9]*'
stop

start hang not_file
tries=0
until "$INSPECTOR" live $child >out 2>err && grep -q '^  process [0-9]* holds the lock on .*/hang-' out; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || fail "it does not say who holds the lock"
done
expect_out '^undecided, because'
expect_out 'main waits for .*/hang-.* at hang.c:[0-9]*\.$'
stop

expect 2 "$INSPECTOR" live $$
expect_line 'is not being recorded'
expect 2 "$INSPECTOR" live
expect 2 "$INSPECTOR" live nobody
expect_line 'not a number'
