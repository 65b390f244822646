# record and run answer what the program answered, or 128 + N when signal N ended it.
for command in record run; do
  for wanted in 0 1 3 77 255; do
    expect $wanted "$INSPECTOR" $command -- sh -c "exit $wanted"
  done
  expect 137 "$INSPECTOR" $command -- sh -c 'kill -KILL $$'
  expect 143 "$INSPECTOR" $command -- sh -c 'kill -TERM $$'
  expect 134 "$INSPECTOR" $command -- sh -c 'ulimit -c 0; kill -ABRT $$'
done
expect 0 sh -c 'trap "" CHLD; exec "$0" record true' "$INSPECTOR"
