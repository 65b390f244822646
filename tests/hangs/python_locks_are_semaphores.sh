# Programs in other languages whose locks are calls of libc's.
command -v python3 >/dev/null || skip "no python3"
cat >twice.py <<'END'
import threading
lock = threading.Lock()
lock.acquire()
print("once", flush=True)
lock.acquire()
END
cat >healthy.py <<'END'
import queue, threading, time
from concurrent.futures import ThreadPoolExecutor
jobs = queue.Queue()
def work():
    while jobs.get() is not None:
        time.sleep(0.3)
        jobs.task_done()
    jobs.task_done()
worker = threading.Thread(target=work)
worker.start()
for job in (1, 2, None):
    jobs.put(job)
jobs.join()
worker.join()
timer = threading.Timer(0.7, lambda: None)
timer.start()
timer.join()
ready = threading.Event()
threading.Thread(target=lambda: (time.sleep(0.7), ready.set())).start()
ready.wait()
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(lambda n: (time.sleep(0.4), n)[1], range(4))))
END
expect 66 timeout 100 "$INSPECTOR" run --trace trace -- python3 twice.py
expect_out once
expect_err 'has been ended'
expect_err '(communication-deadlock, observed)'
expect_err 'whose last unit was taken by itself'
expect 0 timeout 100 "$INSPECTOR" run --trace trace -- python3 healthy.py
expect_out '0, 1, 2, 3'
