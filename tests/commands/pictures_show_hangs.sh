# `graph --wait-for` tells every kind of hang in one sentence, and calls nothing a hang that may go on.
wait_for() { # SENTENCE, the trace on stdin
  cat >hang.std
  expect 0 "$INSPECTOR" graph --wait-for hang.std
  expect_nothing err
  expect_said "$1"
}
expect_said() { # Graphviz breaks long lines of DOT
  sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$scratch/out" >"$scratch/whole"
  grep -q -e "$1" "$scratch/whole" || fail "the picture does not say: $1"
}
calm() { # the trace on stdin
  wait_for 'Nothing is stuck'
  ! grep -q 'e53935' "$scratch/out" || fail "something is red"
}

wait_for 'The program hangs: A, B wait for each other' <<'END'
A|acq(m)|1
B|acq(n)|2
A|req(n)|3
B|req(m)|4
END
expect_said 'held since line 2.*acquired in location 2'
expect_said 'asks for it, since line 3.*location 3'
wait_for 'The program hangs: A waits for itself' <<'END'
A|create(m,mutex)|0
A|acq(m)|1
A|req(m)|2
END
wait_for 'The program hangs: B, C wait for each other; A is stuck behind that' <<'END'
B|acq(m)|1
C|acq(n)|1
B|req(n)|2
C|req(m)|2
A|req(m)|3
END
expect_said 'f8bbd0'

# A writer waits for every reader: two who both read, and both want to write.
wait_for 'The program hangs: A, B wait for each other' <<'END'
A|acq(x,rd)|1
B|acq(y,rd)|2
C|acq(x,rd)|3
A|req(y,wr)|4
B|req(x,wr)|5
END
expect_said 'held to read since line 1'
wait_for 'The program hangs: main, A wait for each other' <<'END'
main|fork(A)|1
main|acq(m)|2
A|req(m)|3
main|joinreq(A)|4
END

wait_for 'B waits for m, which A held when it ended' <<'END'
main|fork(A)|1
main|fork(B)|1
A|begin()|0
A|acq(m)|2
A|end()|0
B|begin()|0
B|req(m)|3
main|joinreq(B)|4
END
expect_said 'main is stuck behind that'

# Nobody is left: 'A' waits for something, everybody else has ended or waits for A.
left() { # SENTENCE; A's events on stdin
  { echo 'main|fork(A)|1'; cat; echo 'main|joinreq(A)|9'; } | wait_for "$1; main is stuck"
}
left 'A waits for c, and nobody is left to signal it' <<'END'
A|acq(m)|1
A|wait(c,m)|2
END
expect_said 'condition, with m'
expect_said 'never signalled'
left 'A waits for s, and nobody is left to post it' <<'END'
main|create(s,semaphore,value=0)|1
A|semreq(s)|2
END
expect_said 'semaphore at 0'
left 'A waits for b, and nobody is left to come to it' <<'END'
main|create(b,barrier,value=3)|1
A|arrive(b)|2
END
expect_said 'barrier, 1 of 3 have come'
left 'A waits for q, and nobody is left to put something into it' <<'END'
main|create(q,track_queue,value=1)|1
A|getreq(q)|2
END
expect_said 'track_queue, empty'
left 'A waits for q, and nobody is left to take something out of it' <<'END'
main|create(q,track_queue,value=1)|1
A|put(q)|2
A|putreq(q)|2
END
expect_said 'track_queue, full: 1 of 1'
left 'A waits for e, and nobody is left to set it' <<'END'
A|clear(e)|1
A|await(e)|2
END
expect_said 'track_event, not set'

left 'A waits for q, and nobody is left to finish its items' <<'END'
main|create(q,track_queue,value=9)|1
main|put(q)|1
main|put(q)|1
main|get(q)|1
main|taskdone(q)|1
A|await(q)|2
END
expect_said '1 not done'
expect_said 'item done once, by main at line 6'

# The wake-up that is lost: the signal came first.
expect 0 "$INSPECTOR" graph --wait-for "$TESTS/golden/lost.std"
expect_said 'signalled once, by editor at line [0-9]*, when.*nobody was waiting'
expect 0 "$INSPECTOR" timeline "$TESTS/golden/lost.std"
expect_said 'signals news: nobody is waiting yet'
expect_said 'last at start'
# A signal that nobody heard is not to blame when a later one was heard.
cat >heard.std <<'END'
main|fork(B)|1
main|fork(C)|1
main|signal(c)|2
B|acq(m)|3
B|wait(c,m)|4
main|signal(c)|5
B|wake(c,m)|4
B|acq(m,cond)|4
B|rel(m)|6
B|end()|0
C|acq(m)|7
C|wait(c,m)|8
main|joinreq(C)|9
END
expect 0 "$INSPECTOR" timeline heard.std
expect_said 'C waits for c, and nobody is left to signal it'
! grep -q 'nobody is waiting' "$scratch/out" || fail "a signal is called lost that is not the last one"

# Who may go on is not called stuck.
calm <<'END'
main|fork(worker)|1
worker|begin()|0
worker|getreq(tasks)|2
main|acq(m)|3
END
expect_said 'worker.*waits'
calm <<'END'
main|fork(A)|1
A|acq(m)|2
A|wait(c,m,timed)|3
main|joinreq(A)|4
END
expect_said 'until a timeout'
calm <<'END'
A|acq(m)|1
B|acq(n)|2
A|req(n,timed)|3
B|req(m)|4
END
calm <<'END'
A|acq(m)|1
B|req(m)|2
END
expect_said 'goes on'
# A track_lock that threads hand to one another: who took it last need not be who releases it.
calm <<'END'
A|create(l,track_lock)|0
A|acq(l)|1
B|rel(l)|2
A|acq(l)|3
B|acq(n)|4
A|req(n)|5
B|req(l)|6
C|acq(o)|7
END
# A lock that any thread may release is lost only when no thread is left.
calm <<'END'
A|create(l,track_lock)|0
A|acq(l)|1
A|req(l)|2
B|acq(n)|3
END
wait_for 'The program hangs: A, B wait for each other' <<'END'
A|create(l,track_lock)|0
A|acq(l)|1
B|acq(m)|2
A|req(m)|3
B|req(l)|4
END
wait_for 'Nobody waits when the recording ends' <<'END'
A|acq(m)|1
END
wait_for '1 thread waited when the program ended' <<'END'
main|fork(A)|1
A|acq(m)|1
A|wait(c,m)|2
main|exit(0)|3
END

# Ten thousand threads wait for one condition, others for a thing each: the picture stays small, and says what it leaves out.
awk 'BEGIN {
  for (i = 0; i < 10000; i++)
    printf "T%d|acq(m)|1\nT%d|wait(c,m)|2\n", i, i
}' >many.std
expect 0 "$INSPECTOR" graph --wait-for -o many.svg many.std
grep -q '9,998 more threads wait here' many.svg || fail "the many are not counted"
[ "$(wc -c <many.svg)" -lt 20000 ] || fail "the picture of ten thousand threads is too big"
awk 'BEGIN {
  for (i = 0; i < 2000; i++)
    printf "T%d|acq(m%d)|1\nT%d|wait(c%d,m%d)|2\n", i, i, i, i, i
  for (i = 0; i < 1000; i++)
    printf "U%d|acq(n%d)|1\n", i, i
  for (i = 0; i < 1000; i++)
    printf "U%d|req(n%d)|1\n", i, (i + 1) % 1000
}' >many-things.std
expect 0 "$INSPECTOR" graph --wait-for -o many-things.svg many-things.std
grep -q 'more threads wait for other things' many-things.svg || fail "the rest is not counted"
grep -q 'and others wait for each other' many-things.svg || fail "the long circle is not told"
[ "$(wc -c <many-things.svg)" -lt 200000 ] || fail "the picture of a long circle is too big"

expect 2 "$INSPECTOR" graph --wait-for --finding D1 many.std
expect_line 'choose one'

# Of several processes, the one that hangs.
expect 66 timeout 60 "$INSPECTOR" run -- "$PROGRAMS/stuck_child"
expect 0 "$INSPECTOR" graph --wait-for stuck_child.track
expect_said 'The program hangs: main waits for itself'
expect_said 'process [0-9]*, one of 2'
