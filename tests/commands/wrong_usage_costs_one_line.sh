# Whatever is wrong with the arguments: one line, exit status 2, nothing on stdout.
wrong() {
  pattern=$1
  shift
  expect 2 "$INSPECTOR" "$@"
  expect_line "$pattern"
}
wrong "nonsense: no such command" nonsense
wrong "nonsense: no such command" help nonsense
for command in run record check dump stats explain export; do
  wrong "unrecognized option '--nonsense'" $command --nonsense
done
wrong "name a program" run
wrong "name a program" record --
wrong "name a recording" check
wrong "name a recording" dump
wrong "name a recording" stats
wrong "one recording at a time" dump a b
wrong "one recording at a time" stats a b
wrong "name a recording" export --format json
wrong "one recording at a time" export -f json a b
wrong "--format is missing; there are perfetto, ctf, json and std" export a
wrong "xml: no such format; there are perfetto, ctf, json and std" export -f xml a
wrong "ctf writes a folder; name it with -o" export -f ctf a
wrong "one kind at a time" explain a b
wrong "requires an argument" check -o
wrong "xml: no such format; there are text, json, .* and [a-z]*$" check --format xml a
wrong "xml: no such format" stats --format xml a
wrong "no such kind; there are deadlock, " check --only nonsense a
wrong "no such kind; there are deadlock, " run --only nonsense true
wrong "no such kind of finding" explain nonsense
wrong "nonsense: neither a verdict" check --fail-on nonsense a
wrong "nonsense: give auto, always or never" check --color nonsense a
wrong "nonsense: give report, abort or wait" run --on-deadlock nonsense true
wrong "no such column; there are acquisitions, " stats --sort nonsense a
for number in -1 1 x 4x "" 99999999999999999999999; do
  wrong "--max-cycle: .* not a number from 2" check --max-cycle "$number" a
done
wrong "--error-exitcode: 256" check --error-exitcode 256 a
wrong "--require-events: x" check --require-events x a
wrong "--top: x" stats --top x a

# What is read is not written over.
write_inversion >own.std
cp own.std kept.std
for command in 'report own.std -o own.std' 'check --format json -o own.std own.std' 'stats -o own.std own.std' 'dump -o own.std own.std'; do
  # shellcheck disable=SC2086 # words on purpose
  expect 2 "$INSPECTOR" $command
  expect_line 'is the trace itself'
done
cp own.std own.dot
expect 2 "$INSPECTOR" graph own.dot -o own.dot
expect_line 'is the trace itself'
cmp -s own.std kept.std && cmp -s own.dot kept.std || fail "the trace is not what it was"
