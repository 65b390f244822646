# Preloaded without being asked to record, or asked to record where that cannot be: the program runs as it does bare.
expect 0 env LD_PRELOAD="$LIBTRACK" "$PROGRAMS/standard"
cp out preloaded.out
expect_nothing err
expect 0 "$PROGRAMS/standard"
cmp out preloaded.out || fail "another output"
expect 0 env LD_PRELOAD="$LIBTRACK" TRACK_OPTIONS=output=/proc/nowhere "$PROGRAMS/standard"
cmp out preloaded.out || fail "another output"
[ "$(wc -l <err)" = 1 ] || fail "not one line on stderr"
expect_err '/proc/nowhere'
expect 0 env LD_PRELOAD="$LIBTRACK" TRACK_OPTIONS=nonsense=1:on_deadlock=perhaps "$PROGRAMS/standard"
[ "$(wc -l <err)" = 2 ] || fail "not one line for each mistake"
expect 0 env LD_PRELOAD="$LIBTRACK" TRACK_OPTIONS=help=1 /bin/true
expect_err 'on_deadlock'
