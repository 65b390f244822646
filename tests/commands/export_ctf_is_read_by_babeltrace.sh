# babeltrace2 reads every export without a complaint, and finds the events of the dump, in that order.
command -v babeltrace2 >/dev/null || skip "needs babeltrace2"

# same_events TRACE PATTERN: the export of the trace and its dump; PATTERN: threads in the dump.
same_events() {
  rm -rf ctf
  expect 0 "$INSPECTOR" export --format ctf -o ctf "$1"
  expect_nothing out
  expect_nothing err
  expect 0 babeltrace2 ctf
  expect_nothing err
  sed 's/^\[[^]]*\] ([^)]*) \([a-z]*\): { ordinal = \([0-9]*\), .*/\1/' "$scratch/out" >read
  "$INSPECTOR" dump "$1" | sed -n "s/^$2|\([a-z]*\)(.*/\1/p" | grep -v '^name$' >written || true
  cmp -s read written || fail "$1: $(wc -l <read) events read, $(wc -l <written) in the dump: $(diff read written | head -3)"
  expect 0 babeltrace2 -c sink.text.details ctf
  expect_nothing err
}
same_events "$TESTS/golden/export.std" '[A-Za-z]*'
grep -q 'signal\|broadcast' read || fail "no broadcast"
expect 0 babeltrace2 ctf
expect_out '^\[00:00:00.000033000\].* acq: { ordinal = 33, pid = 0, tid = 3, thread = "B" }, { object = "table", .* kind = ( "rwlock" : .* mode = "waited", .* site = "location 27" }'
expect_out ' tryfail: .*object = "first", .* result = ( "EBUSY" : container = 16 )'
expect_out ' wait: .*object = "open", .* mutex = "gate"'
expect_out ' fork: .*{ target = "A", target_tid = 2'
expect_out ' r: .*{ variable = "counter", '

write_inversion >inversion.std
same_events inversion.std '[A-Za-z0-9]*'
echo '# nothing' >empty.std
same_events empty.std '[A-Za-z0-9]*'
echo 'T|acq(A)|1' >one.std
same_events one.std '[A-Za-z0-9]*'

# Many packets; time goes on in them.
expect 0 "$INSPECTOR" record -o locks.track "$PROGRAMS/locks"
same_events locks.track '[TU][0-9]*'
[ "$(grep -c '^acq$' read)" -ge 2000 ] || fail "acquisitions are missing"
expect 0 babeltrace2 -c sink.text.details ctf
[ "$(grep -c 'Packet beginning' "$scratch/out")" -ge 3 ] || fail "not some packets"
expect 0 babeltrace2 --clock-date ctf
expect_out "^\[20[0-9][0-9]-"

mkdir random
"$PROGRAMS/random_recordings" random 30
for trace in random/*.trace; do
  same_events "$trace" '[TU][0-9]*'
done

# An old export is replaced, also one with more streams; anything else that has the name stays untouched.
echo mine >ctf/notes
: >ctf/stream_7
expect 0 "$INSPECTOR" export --format ctf -o ctf inversion.std
[ ! -e ctf/stream_7 ] || fail "an old stream is left"
[ "$(cat ctf/notes)" = mine ] || fail "a file that is not ours was removed"
mkdir folder && echo mine >folder/stream_0
mkdir foreign && printf '/* CTF 1.8 */\ntrace {}\n' >foreign/metadata
: >file
for name in folder foreign file locks.track; do
  expect 2 "$INSPECTOR" export --format ctf -o $name inversion.std
  expect_line "$name: exists and is not an export of this program"
done
[ "$(cat folder/stream_0)" = mine ] || fail "a refused folder was changed"
ln -s folder/stream_0 ctf/stream_0.new && mv ctf/stream_0.new ctf/stream_0
expect 0 "$INSPECTOR" export --format ctf -o ctf inversion.std
[ "$(cat folder/stream_0)" = mine ] || fail "a link in the folder was followed"
