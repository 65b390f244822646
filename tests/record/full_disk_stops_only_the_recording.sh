# A file-size limit stands for a full disk: the program neither fails nor gets a signal, and the trace says what is missing.
(
  ulimit -f 400
  TRACK_OPTIONS=output=$scratch/trace LD_PRELOAD=$LIBTRACK "$PROGRAMS/tidies" >limited.out 2>limited.err
) || fail "the program failed"
"$PROGRAMS/tidies" >bare.out
cmp bare.out limited.out || fail "another output"
[ ! -s limited.err ] || fail "something was printed: $(cat limited.err)"
expect 2 "$INSPECTOR" check trace
! grep -q ' 0 dropped' out || fail "the loss is not told"
expect_err 'could not write'
! grep -q 'plausible)\|observed)' out || fail "a verdict that rests on lost events"
(
  ulimit -f 1
  TRACK_OPTIONS=output=$scratch/none LD_PRELOAD=$LIBTRACK "$PROGRAMS/tidies" >limited.out 2>limited.err
) || fail "the program failed without any room"
cmp bare.out limited.out || fail "another output without any room"
[ "$(wc -l <limited.err)" = 1 ] || fail "not one line on stderr"
