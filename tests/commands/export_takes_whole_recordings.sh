# Recordings of real programs: several processes in one file, threads that hang, damage, a full disk.
check() {
  python3 "$TESTS/commands/perfetto_check.py" "$@" >counts 2>problem || fail "$1: $(tail -n 1 problem)"
}
has_babeltrace=$(command -v babeltrace2 || true)
all_formats() { # STATUS TRACE N_EVENTS
  for format in perfetto json ctf std; do
    rm -rf x.$format
    expect "$1" "$INSPECTOR" export -f $format -o x.$format "$2"
    [ "$1" = 0 ] || [ "$(wc -l <"$scratch/err")" = 1 ] || fail "not one line by $format"
  done
  check x.perfetto
  n=$(python3 -c 'import json; print(sum(len(process["events"]) for process in json.load(open("x.json"))["processes"]))')
  [ "$n" = "$(grep -c '^[TU][0-9]*|' x.std)" ] || fail "$2: $n events in json"
  if [ -n "$has_babeltrace" ]; then
    babeltrace2 x.ctf >read 2>problem || fail "$2: babeltrace2: $(head -n 1 problem)"
    [ "$n" = "$(wc -l <read)" ] || fail "$2: $(wc -l <read) events in ctf, $n in json"
  fi
}

python=$(command -v /usr/bin/python3 || command -v python3)
cat >queues.py <<'END'
import os, queue, threading
def run():
    jobs = queue.Queue(2)
    def put():
        for i in range(100):
            jobs.put(i)
        jobs.put(None)
    def get():
        while jobs.get() is not None:
            jobs.task_done()
    threads = [threading.Thread(target=f) for f in (put, get)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
children = []
for child in range(2):
    pid = os.fork()
    if not pid:
        run()
        os._exit(0)
    children.append(pid)
run()
for pid in children:
    os.waitpid(pid, 0)
END
expect 0 "$INSPECTOR" record -o queues.track "$python" queues.py
all_formats 0 queues.track
[ "$(grep -c '"process_name"' x.perfetto)" = 3 ] || fail "not three processes"
grep -q '^wait' counts || grep -q ' wait=' counts || fail "nobody waited: $(cat counts)"
# The parent began first, and its children later.
python3 - <<'END' || fail "the processes' times"
import json
processes = json.load(open("x.json"))["processes"]
assert processes[0]["start_ns"] == 0 and all(p["start_ns"] > 0 and p["parent_pid"] == processes[0]["pid"] for p in processes[1:])
assert all(abs((p["start_unix_ns"] - processes[0]["start_unix_ns"]) - p["start_ns"]) < 1e9 for p in processes)
END

if command -v xz >/dev/null; then
  head -c 3000000 "$INSPECTOR" >data
  expect 0 "$INSPECTOR" record -o xz.track xz -k -T2 --block-size=500KiB data
  all_formats 0 xz.track
fi

# A program that becomes another one is two traces of one number.
expect 0 "$INSPECTOR" record -o exec.track sh -c 'exec "$0"' "$PROGRAMS/locks"
all_formats 0 exec.track

# It hangs: the thread waits for ever.
expect 66 "$INSPECTOR" run --trace hang.track "$PROGRAMS/self_deadlock"
all_formats 0 hang.track
check x.perfetto stuck=1

# Written over in the middle: what is readable is exported, and it is said.
whole=$(ls -S queues.track/*.trace | head -n 1)
cp "$whole" damaged.trace
head -c 500 /dev/zero | tr '\000' '\377' | dd of=damaged.trace bs=1 seek=6000 conv=notrunc 2>/dev/null
all_formats 2 damaged.trace
mkdir half
cp "$whole" half/
printf 'junk\000\001' >half/2.trace
all_formats 2 half
for format in perfetto json ctf std; do
  expect 2 "$INSPECTOR" export -f $format -o none.$format half/2.trace
  expect_line "half/2.trace: "
  [ ! -e none.$format ] || fail "something was made of nothing"
done

for format in perfetto json std; do
  expect 2 "$INSPECTOR" export -f $format -o /dev/full queues.track
  expect_line "/dev/full: cannot be written: No space left on device"
done
unshare -rm true 2>/dev/null || skip "a full disk: needs a file system of its own"
mkdir disk
expect 2 unshare -rm sh -c 'mount -t tmpfs -o size=64k none disk && "$0" export -f ctf -o disk/ctf queues.track' "$INSPECTOR"
expect_line "disk/ctf: cannot be written: No space left on device"
