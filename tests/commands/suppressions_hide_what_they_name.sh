# Suppressed findings are counted and not shown; entries without use and too broad ones are noted; a wrong line costs one line.
{ write_inversion; echo 'T1|rel(C)|30'; } >two.std
cat >supp <<'END'
# ours, ThreadSanitizer's and Valgrind's
deadlock: lock:A thread:T2
race:nowhere
unlock-not-held: lock:nosuch
{
  of another tool
  Memcheck:Leak
  fun:malloc
}
END
expect 1 "$INSPECTOR" check --suppress supp two.std
expect_out '^1 finding: 1 error'
expect_out '^1 finding suppressed by supp$'
expect_out "^note: supp:4: 'unlock-not-held: lock:nosuch' hides nothing here"
! grep -q 'nowhere' out || fail "an entry for what is not looked for is called useless"
! grep -q '^D1' out || fail "the suppressed finding is shown"
expect_nothing err
expect 1 "$INSPECTOR" check --all --suppress supp two.std
expect_out '(deadlock, predicted, suppressed by supp:2)'
expect 1 "$INSPECTOR" check --all --format sarif --suppress supp two.std
expect_out '"justification": "supp:2"'
expect 1 "$INSPECTOR" check --format json --suppress supp two.std
expect_out '"suppressed": 1'
expect_out '"failing": 1'

# Several files; one entry hides two bugs.
echo '*: thread:T1' >broad
expect 0 "$INSPECTOR" check --suppress supp --suppress broad two.std
expect_out '^No findings.'
expect_out "^note: broad:1: '\*: thread:T1' hides 2 different findings"
expect_out '^1 finding suppressed by broad$'

# Generated entries hide exactly their findings: all of them all, each one only its own.
expect 1 "$INSPECTOR" check --gen-suppressions=all two.std
expect 0 "$INSPECTOR" check --suppress all two.std
expect_out '^2 findings suppressed by all$'
! grep -q '^note' out || fail "$(grep '^note' out)"
expect 1 "$INSPECTOR" check --gen-suppressions two.std
grep -E '^[a-z-]+: fingerprint:' out >shown
[ "$(wc -l <shown)" = 2 ] || fail "not one entry a finding"
grep -v '^#' all | sort >sorted
sort shown | cmp -s - sorted || fail "the report shows other entries than the file"
for kind in deadlock unlock-not-held; do
  grep "^$kind:" shown >one
  expect 1 "$INSPECTOR" check --suppress one two.std
  expect_out '^1 finding: 1 error'
  ! grep -q "($kind," out || fail "$kind is not hidden"
done
expect 1 "$INSPECTOR" check --gen-suppressions --format json two.std
expect_out '"suppression": "deadlock: fingerprint:[0-9a-f]*"'

# Real stacks: functions, files, modules, thread names. The program is not confirmed to what is suppressed, but by name.
expect 0 "$INSPECTOR" record -o late.track "$PROGRAMS/late_inversion"
for line in 'deadlock:^both$' 'deadlock:late_inversion.c' 'deadlock: function:* file:late_inversion.c module:late_inversion thread:late' '*:late_inversion'; do
  echo "$line" >real
  expect 0 "$INSPECTOR" check --suppress real late.track || fail "$line hides nothing"
  expect_out 'suppressed by real'
done
printf '{\n  ours\n  Helgrind:LockOrder\n  obj:*vgpreload*\n  fun:pthread_mutex_lock\n  src:late_inversion.c\n}\n' >real
expect 0 "$INSPECTOR" check --suppress real late.track
expect 0 "$INSPECTOR" confirm --suppress real late.track -- "$PROGRAMS/late_inversion"
expect 1 "$INSPECTOR" confirm --suppress real --finding D1 late.track -- "$PROGRAMS/late_inversion"

expect 0 "$INSPECTOR" check --show-suppressions
expect_out '^[a-z-]*: '
expect 0 "$INSPECTOR" check --no-default-suppressions --suppress all two.std

# Wrong lines stop it before the program runs.
printf 'deadlock:a\nfoo:bar\n' >wrong
expect 2 "$INSPECTOR" run --suppress wrong -- touch it_ran
expect_line 'wrong:2: foo: no such kind of finding'
[ ! -e it_ran ] || fail "the program ran nevertheless"
expect 2 "$INSPECTOR" check --suppress nosuch two.std
expect_line 'nosuch: cannot be read'
printf 'deadlock: lock:\033[31m\033[0m x\n' >wrong
expect 2 "$INSPECTOR" check --suppress wrong two.std
expect_line 'wrong:1: '
! grep -q "$(printf '\033')" err || fail "control characters on the terminal"
expect 2 "$INSPECTOR" check --gen-suppressions=/no/such/file two.std
expect_line '/no/such/file: cannot be written'
