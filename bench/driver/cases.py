"""What is run: the own workloads, and programs that nobody here wrote, with their input and, for servers, their clients."""
import hashlib
import os
import random
import socket
import sys
import time
from dataclasses import dataclass

import process


@dataclass
class Sample:
    """One run. `value` is what ratios are made of: nanoseconds an operation, or seconds of processor time."""
    value: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_kib: int = 0
    output: str = ""  # digest, or empty when the output is not the same twice
    trouble: str = None


def sample_of(outcome, value=None, compare_output=False):
    digest = hashlib.sha256(outcome.output).hexdigest() if compare_output else ""
    return Sample(outcome.cpu_s if value is None else value, outcome.wall_s, outcome.cpu_s, outcome.peak_kib, digest, outcome.trouble())


class Workload:
    """A row of bench/workloads/workloads.def."""
    unit = "ns"

    def __init__(self, program, name, operations, what):
        self.program, self.name, self.operations, self.what = program, name, operations, what

    def missing(self):
        return None

    def run(self, tool, scale, folder, timeout_s):
        operations = max(int(self.operations * scale), 10)
        wrapped = tool.wrap([self.program, self.name, str(operations)], folder)
        outcome = process.run(wrapped.command, environment=wrapped.environment, keep_output=True, timeout_s=timeout_s)
        if outcome.trouble():
            return sample_of(outcome)
        _, done, nanoseconds = outcome.output.decode().split()[-3:]
        return sample_of(outcome, float(nanoseconds) / int(done))


def workloads(build):
    program = os.path.join(build, "bench", "workloads")
    table = process.run([program], keep_output=True).output.decode()
    rows = [line.split("\t") for line in table.splitlines()]
    return [Workload(program, name, int(operations), what) for name, operations, what in rows]


class Program:
    """A program with input. Subclasses say what to start for a part `scale` of the work."""
    unit = "s"
    name = ""
    package = ""
    executable = ""
    compare_output = True
    slowest_scale = 0.1  # part of the work under Valgrind
    what = ""

    def missing(self):
        return None if process.find(self.executable) else f"package {self.package} is not installed"

    def prepare(self, scale, folder):
        """Make the input; return a file for its stdin, or None."""

    def command(self, scale, folder):
        raise NotImplementedError

    def run(self, tool, scale, folder, timeout_s):
        stdin = self.prepare(scale, folder)
        try:
            wrapped = tool.wrap([process.find(self.executable), *self.command(scale, folder)], folder)
            outcome = process.run(wrapped.command, environment=wrapped.environment, stdin=stdin, keep_output=self.compare_output,
                                  folder=folder, timeout_s=timeout_s)
        finally:
            if stdin is not None:
                stdin.close()
        return sample_of(outcome, compare_output=self.compare_output)


def text_file(path, n_bytes):
    """Text that compresses as prose does, the same in every run."""
    draw = random.Random(1)
    words = ["".join(draw.choices("etaoinshrdlucmfw", k=draw.randint(2, 9))) for _ in range(4000)]
    with open(path, "w", encoding="ascii") as file:
        written = 0
        while written < n_bytes:
            line = " ".join(draw.choices(words, k=12)) + "\n"
            written += file.write(line)


class Compressor(Program):
    def __init__(self, name, package, mebibytes, arguments):
        self.name, self.package, self.executable = f"{name} {arguments[0]}", package, name
        self.mebibytes, self.arguments = mebibytes, arguments
        self.what = f"{mebibytes} MiB of text"

    def prepare(self, scale, folder):
        path = os.path.join(folder, "input")
        if not os.path.exists(path):
            text_file(path, int(self.mebibytes * scale * (1 << 20)))

    def command(self, scale, folder):
        return [*self.arguments, "-c", "-k", "input"]


class Sqlite(Program):
    package = executable = "sqlite3"
    rows = 400000

    def __init__(self, name, database, what):
        self.name, self.database, self.what = name, database, what

    def prepare(self, scale, folder):
        if self.database != ":memory:" and os.path.exists(os.path.join(folder, self.database)):
            os.remove(os.path.join(folder, self.database))
        path = os.path.join(folder, "script.sql")
        n = int(self.rows * scale)
        with open(path, "w", encoding="ascii") as file:
            file.write("PRAGMA synchronous=off;\nCREATE TABLE t(a INTEGER PRIMARY KEY, b INTEGER, c TEXT);\n"
                       f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{n}) "
                       "INSERT INTO t SELECT i, i*7919%10007, 'row '||i FROM n;\nCREATE INDEX t_b ON t(b);\n")
            for i in range(int(4000 * scale)):
                file.write(f"INSERT INTO t(b,c) VALUES({i * 31 % 10007},'more {i}');\nSELECT count(*),sum(a) FROM t WHERE b={i % 10007};\n")
            file.write("UPDATE t SET b=b+1 WHERE a%3=0;\nSELECT b,count(*) FROM t GROUP BY b ORDER BY 2 DESC,1 LIMIT 5;\nPRAGMA integrity_check;\n")
        return open(path, "rb")

    def command(self, scale, folder):
        return [self.database]


class PythonQueue(Program):
    name = "python3 queue"
    package = "python3"
    what = "4 producers, 4 consumers, 120,000 items through a queue.Queue"
    items = 120000
    script = """
import queue, sys, threading
n, q, out = int(sys.argv[1]) // 4, queue.Queue(64), queue.Queue()
def produce(k):
    for i in range(n):
        q.put(k * n + i)
def consume():
    total = 0
    for _ in range(n):
        total += q.get()
        q.task_done()
    out.put(total)
threads = [threading.Thread(target=produce, args=(k,)) for k in range(4)] + [threading.Thread(target=consume) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
q.join()
print(sum(out.get() for _ in range(4)))
"""

    def __init__(self):
        self.executable = os.path.realpath(sys.executable)

    def prepare(self, scale, folder):
        with open(os.path.join(folder, "queue_script.py"), "w", encoding="ascii") as file:
            file.write(self.script)

    def command(self, scale, folder):
        return ["queue_script.py", str(int(self.items * scale))]


class Sysbench(Program):
    name = "sysbench mutex"
    package = executable = "sysbench"
    compare_output = False  # it prints times
    what = "4 threads, 4,096 mutexes, 6,000,000 pairs"
    pairs = 6000000

    def command(self, scale, folder):
        return ["mutex", "--threads=4", "--mutex-num=4096", f"--mutex-locks={int(self.pairs * scale / 4)}", "--mutex-loops=0", "run"]


class Server(Program):
    """Listens on a free port of the loopback interface; a client sends a fixed amount of work, then the server is told to end."""
    compare_output = False
    open_files = None  # limit of open files, None: as it is

    def client(self, port, scale, folder):
        raise NotImplementedError

    def stop(self, port):
        raise NotImplementedError

    def run(self, tool, scale, folder, timeout_s):
        port = free_port()
        wrapped = tool.wrap([process.find(self.executable), *self.arguments(port, folder)], folder)
        server = process.Running(wrapped.command, environment=wrapped.environment, folder=folder, timeout_s=timeout_s,
                                 open_files=self.open_files)
        trouble = serve(server, port, timeout_s)
        if not trouble:
            outcome = process.run(self.client(port, scale, folder), timeout_s=timeout_s)
            trouble = outcome.trouble() and f"its client: {outcome.trouble()}"
        try:
            self.stop(port)
        except OSError as error:
            trouble = trouble or f"cannot be told to end: {error}"
        if trouble:
            server.kill()
        else:
            end_soon(server, 60)
        sample = sample_of(server.wait())
        sample.trouble = trouble or sample.trouble
        return sample


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(server, port, timeout_s):
    """Wait until the server answers; why it does not, or None."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end and not server.has_ended():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return None
        except OSError:
            time.sleep(0.02)
    return "it does not listen"


def end_soon(server, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.has_ended():
            return
        time.sleep(0.01)
    server.kill()


class Memcached(Server):
    package = executable = "memcached"
    slowest_scale = 0.01
    # memcached sets its limit to its connections; Valgrind keeps 12 files for itself and allows no other change than none.
    connections = 1024
    open_files = connections + 12

    def __init__(self, build, name, requests, batch, what):
        self.build, self.name, self.requests, self.batch = build, name, requests, batch
        self.what = f"4 worker threads, 8 connections, {requests:,} requests, 1 of 8 a store, {what}"

    def arguments(self, port, folder):
        user = ["-u", "root"] if os.getuid() == 0 else []
        return ["-l", "127.0.0.1", "-p", str(port), "-U", "0", "-t", "4", "-c", str(self.connections), "-A", *user]

    def client(self, port, scale, folder):
        return [os.path.join(self.build, "bench", "memcached_client"), str(port), "8", str(int(self.requests * scale)),
                str(self.batch)]

    def stop(self, port):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(b"shutdown graceful\r\n")


class Redis(Server):
    name = "redis-server"
    package = "redis-server and redis-tools"
    executable = "redis-server"
    what = "2 I/O threads, redis-benchmark with 50 connections, 400,000 requests in batches of 16"
    requests = 400000
    slowest_scale = 0.05

    def missing(self):
        return None if process.find("redis-server") and process.find("redis-benchmark") else f"package {self.package} is not installed"

    def arguments(self, port, folder):
        return ["--bind", "127.0.0.1", "--port", str(port), "--io-threads", "2", "--io-threads-do-reads", "yes", "--save", "",
                "--appendonly", "no", "--dir", folder, "--daemonize", "no"]

    def client(self, port, scale, folder):
        return [process.find("redis-benchmark"), "-h", "127.0.0.1", "-p", str(port), "-t", "set,get", "-n",
                str(int(self.requests * scale / 2)), "-c", "50", "-P", "16", "-q"]

    def stop(self, port):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(b"SHUTDOWN NOSAVE\r\n")


def programs(build):
    return [
        Memcached(build, "memcached", 300000, 1, "one at a time"),
        Memcached(build, "memcached x32", 1000000, 32, "32 at a time"),
        Redis(),
        Sqlite("sqlite3 :memory:", ":memory:", "400,000 rows, an index, 8,000 statements, in memory"),
        Sqlite("sqlite3 file", "database", "the same in a file"),
        PythonQueue(),
        Sysbench(),
        Compressor("xz", "xz-utils", 8, ["-T2", "-2", "--block-size=1MiB"]),
        Compressor("zstd", "zstd", 48, ["-T2", "-9", "-q"]),
        Compressor("pbzip2", "pbzip2", 12, ["-p2", "-q"]),
    ]
