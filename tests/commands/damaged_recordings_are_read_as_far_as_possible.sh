# Cut off or overwritten: one line with file and offset and exit status 2, and the rest is still judged.
expect 137 "$INSPECTOR" record "$PROGRAMS/killed"
whole=$(ls -S killed.track/*.trace | head -n 1)
bytes=$(wc -c <"$whole")
head -c $((bytes / 2)) "$whole" >cut.trace
cp "$whole" overwritten.trace
head -c 3000 /dev/urandom | dd of=overwritten.trace bs=1 seek=$((bytes / 2)) conv=notrunc 2>/dev/null
for trace in cut.trace overwritten.trace; do
  for command in check stats dump; do
    expect 2 "$INSPECTOR" $command $trace
    [ "$(wc -l <"$scratch/err")" = 1 ] || fail "not one line by $command"
    expect_err "^inspector: $trace: offset [0-9]"
    [ -s "$scratch/out" ] || fail "nothing of $trace was used by $command"
  done
  expect 2 "$INSPECTOR" check --require-events 1000 $trace
  ! grep -q "are required" "$scratch/err" || fail "what is readable before the damage was not read"
done
