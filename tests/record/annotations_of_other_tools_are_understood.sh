# ThreadSanitizer's and Valgrind's annotations make home-made locks visible: an inversion over each pair is found.
expect 66 "$INSPECTOR" run --format json -o report.json -- "$PROGRAMS/annotated_elsewhere"
for lock in tsan_lock valgrind_lock; do
  grep -q "\"message\".*$lock\[0\].*$lock\[1\]" report.json || fail "no deadlock over $lock"
done
