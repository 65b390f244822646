"""Runs a program and says what it took: processor time, time, peak memory, exit status. Every process ends, by its own id."""
import atexit
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    status: int  # exit status; 128 + n after signal n
    cpu_s: float  # of the process and of everything it waited for
    wall_s: float
    peak_kib: int  # largest of them
    output: bytes
    timed_out: bool

    def trouble(self):
        """Why the run does not count, or None."""
        if self.timed_out:
            return f"no end within {self.wall_s:.0f} s"
        if self.status != 0:
            return f"exit status {self.status}"
        return None


LIVING = set()


@atexit.register
def end_all():
    """Whatever ends the measurement, nothing that it started goes on."""
    for running in list(LIVING):
        running.kill()


class Running:
    """A process of ours, alone in its process group, which is ended after `timeout_s` at the latest."""

    def __init__(self, command, *, environment=None, stdin=None, keep_output=False, folder=None, timeout_s=60, open_files=None):
        limits = (open_files, open_files)
        full = dict(os.environ, LC_ALL="C", **(environment or {}))
        self._begin = time.monotonic()
        self._output = []
        self._timed_out = False
        self._process = subprocess.Popen(
            command, env=full, cwd=folder, start_new_session=True, stderr=subprocess.DEVNULL, bufsize=0,
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if keep_output else subprocess.DEVNULL,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits)) if open_files else None)
        LIVING.add(self)
        self._ended = threading.Lock()
        self._has_ended = False
        self._timer = threading.Timer(timeout_s, self._time_out)
        self._timer.daemon = True
        self._timer.start()
        self._reader = None
        if keep_output:
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()

    def _read(self):
        while chunk := self._process.stdout.read(1 << 16):
            self._output.append(chunk)

    def _time_out(self):
        self._timed_out = True
        self.kill()

    def kill(self, number=signal.SIGKILL):
        """To the group: a wrapper's child shall not outlive it."""
        with self._ended:
            if not self._has_ended:
                os.killpg(self._process.pid, number)

    def has_ended(self):
        done = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return done is not None

    def wait(self):
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        wall = time.monotonic() - self._begin
        with self._ended:
            _, status, usage = os.wait4(self._process.pid, 0)
            self._has_ended = True
        LIVING.discard(self)
        self._timer.cancel()
        if self._reader:
            self._reader.join(10)
            self._process.stdout.close()
        code = os.waitstatus_to_exitcode(status)
        self._process.returncode = code
        return Outcome(code if code >= 0 else 128 - code, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss,
                       b"".join(self._output), self._timed_out)


def run(command, **options):
    return Running(command, **options).wait()


def find(program):
    """Full path of a program, or None; daemons live in folders that not everybody has in PATH."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
