# LD_PRELOAD and TRACK_OPTIONS that were there stay in force behind ours.
export LD_PRELOAD=libpthread.so.0 TRACK_OPTIONS=stack_depth=7
expect 0 "$INSPECTOR" record env
expect_out '^LD_PRELOAD=/.*/libtrack\.so:libpthread\.so\.0$'
expect_out '^TRACK_OPTIONS=stack_depth=7:output=/.*/env\.track$'
unset LD_PRELOAD TRACK_OPTIONS
expect 0 "$INSPECTOR" record env
expect_out '^LD_PRELOAD=/.*/libtrack\.so$'
expect_out '^TRACK_OPTIONS=output=/.*/env\.track$'
TRACK_LIBRARY=/no/such/library expect 2 "$INSPECTOR" record true
expect_line "/no/such/library: TRACK_LIBRARY names no file"
