# A trace folder with no room at all is refused; one that fills up is said, and the program goes on.
unshare -rm true 2>/dev/null || skip "needs a file system of its own"
mkdir disk
cat >in_namespace <<'END'
mount -t tmpfs -o size=$1 none disk || exit 99
cd disk
[ "$1" != 4k ] || head -c 4096 /dev/zero >fill
"$INSPECTOR" record "$2"
END
expect 2 unshare -rm sh in_namespace 4k "$PROGRAMS/locks"
expect_line "locks.track: cannot record there: No space left on device"
expect 2 unshare -rm sh in_namespace 64k "$PROGRAMS/locks"
expect_line "locks was not recorded: cannot write to locks.track: No space left on device"
expect 137 unshare -rm sh in_namespace 1m "$PROGRAMS/killed"
expect_line "killed.track: the recording is incomplete: No space left on device"
