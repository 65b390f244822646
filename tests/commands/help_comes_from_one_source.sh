# help, --help and the man page of every command say the same; explain knows every kind.
expect 0 "$INSPECTOR" help
for command in run record check explain dump stats graph timeline export; do
  grep -q "^  $command  *[a-z]" "$scratch/out" || fail "help does not list $command"
done
for command in run record check explain dump stats graph timeline export; do
  expect 0 "$INSPECTOR" help $command
  cp "$scratch/out" help
  expect_out "^Usage: inspector $command "
  expect 0 "$INSPECTOR" $command --help
  cmp -s "$scratch/out" help || fail "$command --help differs from help $command"
  grep -q "inspector..$command" "$MAN/inspector-$command.1" || fail "no man page of $command"
  grep -q "^\.SH OPTIONS" "$MAN/inspector-$command.1" || fail "no options in the man page of $command"
done
grep -q '^\.B .*on.-deadlock=WHAT' "$MAN/inspector-run.1" || fail "an option is missing in the man page of run"
expect 0 "$INSPECTOR" --version
expect_out '^inspector [0-9]'
expect 0 "$INSPECTOR" explain
cut -d' ' -f1 "$scratch/out" >kinds
[ -s kinds ] || fail "no kinds"
while read -r kind; do
  expect 0 "$INSPECTOR" explain "$kind"
  expect_out .
done <kinds
# Every row of the table of formats is in the help of those that write reports.
for command in run check confirm; do
  ARGP_HELP_FMT=rmargin=4000 expect 0 "$INSPECTOR" help $command
  for format in $(sed -n 's/^REPORTER(\([a-z]*\),.*/\1/p' "$TESTS/../inspector/report/reporters.def"); do
    expect_out "--format=FORMAT.* $format ("
  done
done
