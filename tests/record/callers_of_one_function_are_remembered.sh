# Six places of a program take locks in turn through one function: their stacks are told once, not each time.
expect 0 "$INSPECTOR" record -o trace -- "$PROGRAMS/locks_by_one_function"
kib=$(du -sk trace | cut -f1)
[ "$kib" -le 10000 ] || fail "$kib KiB for 600000 locked sections"
expect 0 "$INSPECTOR" check trace
expect_out '^1 200 0.* 0 dropped'
