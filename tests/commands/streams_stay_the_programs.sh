# What the program reads, writes, gets as arguments and finds open is the same as without us.
expect 0 "$INSPECTOR" record cat <"$TESTS/commands/lib.sh"
cmp -s "$scratch/out" "$TESTS/commands/lib.sh" || fail "input or output changed"
expect_nothing err
expect 0 "$INSPECTOR" run cat <"$TESTS/commands/lib.sh"
cmp -s "$scratch/out" "$TESTS/commands/lib.sh" || fail "input or output changed"
expect 0 "$INSPECTOR" run -q --format json -o report.json -- echo -n --format 'two  words' ''
[ "$(cat "$scratch/out")" = "--format two  words " ] || fail "arguments changed"
expect_nothing err

# Open files: only the recorder's own, far away from the numbers a program gets.
list='for file in /proc/$$/fd/*; do echo "${file##*/} $(readlink "$file")"; done'
expect 0 "$INSPECTOR" record sh -c "$list"
grep -v -e '\.trace$' -e ' pipe:' "$scratch/out" | cut -d' ' -f1 >with
expect 0 sh -c "$list"
grep -v ' pipe:' "$scratch/out" | cut -d' ' -f1 >without
cmp -s with without || fail "the program found other files open: $(diff with without)"

expect 0 "$INSPECTOR" record env
grep -v -e ^LD_PRELOAD= -e ^TRACK_OPTIONS= -e ^_= "$scratch/out" | sort >with
env | grep -v -e ^_= | sort >without
cmp -s with without || fail "the environment changed: $(diff with without)"

# Signals and the process group: a program that looks at itself, without a fork in between.
for file in status stat; do
  expect 0 "$INSPECTOR" record cat /proc/self/$file
  cp "$scratch/out" with.$file
  expect 0 cat /proc/self/$file
  cp "$scratch/out" without.$file
done
for kind in with without; do
  grep -e SigBlk -e SigIgn -e SigCgt $kind.status >$kind
  cut -d' ' -f5,6,7,8 $kind.stat >>$kind # group, session, terminal, its foreground group
done
cmp -s with without || fail "signals or process group changed: $(diff with without)"
