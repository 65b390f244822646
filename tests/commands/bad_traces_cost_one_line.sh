# What cannot be read is said in one line and exit status 2; what is readable before it is still judged.
unreadable() {
  for command in check dump stats graph timeline 'export -f perfetto' 'export -f json' 'export -f ctf -o ctf'; do
    expect 2 "$INSPECTOR" $command "$1"
    [ "$(grep -c "^inspector: $1" "$scratch/err")" = 1 ] || fail "no line about $1 by $command"
    [ "$(wc -l <"$scratch/err")" = 1 ] || fail "more than one line by $command"
  done
}
unreadable no_such_trace
mkdir folder
unreadable folder
head -c 5000 /dev/urandom | tr '\n' x >foreign
unreadable foreign

write_inversion >torn.std
echo 'T1|rel(' >>torn.std
unreadable torn.std
write_inversion >impossible.std
echo 'T1|nonsense(A)|3' >>impossible.std
unreadable impossible.std
expect 2 "$INSPECTOR" check impossible.std
expect_err "impossible.std: line 9"
expect_out "deadlock"
expect 2 "$INSPECTOR" check no_such_trace torn.std
expect_err "no_such_trace"
expect_out "deadlock"

expect 0 "$INSPECTOR" record -o recording "$PROGRAMS/locks"
trace=$(ls recording/*.trace)
printf 'TRACKTR1\377\377\377\177' | cat - /dev/zero | head -c 8192 >newer.trace
unreadable newer.trace
head -c 2000 "$trace" >header.trace
unreadable header.trace
: >empty.trace
unreadable empty.trace
