"""What a program is run under: nothing, Track, and each peer that is installed."""
import glob
import json
import os
import subprocess
import time
from dataclasses import dataclass, field

import process


@dataclass
class Wrapped:
    """How to start a program under a tool."""
    command: list
    environment: dict = field(default_factory=dict)


class Tool:
    """`scale` is the part of the work that is done under it: 1, or less for what slows a program down so much."""
    name = "native"
    workload_scale = 1.0
    program_scale = 1.0
    is_peer = True
    needs_rebuild = False

    def missing(self):
        """Why it cannot be used here, or None."""
        return None

    def begin(self):
        """Before the first run."""

    def end(self):
        """After the last one."""

    def wrap(self, command, folder):
        """The command under this tool; what it writes goes to `folder`."""
        return Wrapped(list(command))


class Native(Tool):
    is_peer = False


class Track(Tool):
    name = "Track"
    is_peer = False

    def __init__(self, build):
        self.inspector = os.path.join(build, "bin", "inspector")

    def missing(self):
        return None if os.access(self.inspector, os.X_OK) else f"{self.inspector} is not built"

    def trace(self, folder):
        return os.path.join(folder, "recording.track")

    def wrap(self, command, folder):
        return Wrapped([self.inspector, "record", "-o", self.trace(folder), "--", *command])

    def measure(self, folder):
        """Bytes on disk, and what `check` says of events and of those dropped; a text instead when it cannot say."""
        trace = self.trace(folder)
        n_bytes = sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(trace) for name in names)
        report = os.path.join(folder, "report.json")
        outcome = process.run([self.inspector, "check", "--format", "json", "-o", report, trace], timeout_s=300)
        try:
            with open(report, encoding="utf-8") as file:
                summary = json.load(file)["summary"]
            return n_bytes, int(summary["events"]), int(summary["dropped"])
        except (OSError, ValueError, KeyError) as error:
            return f"inspector check: exit status {outcome.status}, {type(error).__name__}"


class ThreadSanitizer(Tool):
    """Only programs that are compiled for it: the own workloads."""
    name = "TSan"
    workload_scale = 0.1
    needs_rebuild = True

    def __init__(self, build):
        self.program = os.path.join(build, "bench", "workloads_tsan")

    def missing(self):
        return None if os.access(self.program, os.X_OK) else "the compiler has no -fsanitize=thread"

    def wrap(self, command, folder):
        return Wrapped([self.program, *command[1:]], {"TSAN_OPTIONS": "report_bugs=0"})


class Lttng(Tool):
    """LTTng-UST's pthread wrapper: mutex events only, into a session of our own."""
    name = "LTTng-UST"
    workload_scale = 0.1
    program_scale = 0.5
    library = "liblttng-ust-pthread-wrapper.so.1"

    def __init__(self):
        self.daemon = None
        self.session = f"track-bench-{os.getpid()}"

    def missing(self):
        if not (process.find("lttng") and process.find("lttng-sessiond")):
            return "package lttng-tools is not installed"
        if not glob.glob(f"/usr/lib/*/{self.library}"):
            return "package liblttng-ust1 is not installed"
        return None

    def _lttng(self, *arguments):
        return process.run([process.find("lttng"), *arguments], timeout_s=30).status == 0

    def begin(self):
        if self._lttng("list"):
            return  # the machine's own daemon serves us
        self.daemon = process.Running([process.find("lttng-sessiond"), "--no-kernel"], timeout_s=24 * 3600)
        end = time.monotonic() + 15
        while time.monotonic() < end and not self._lttng("list"):
            time.sleep(0.1)

    def end(self):
        self._lttng("destroy", self.session)
        if self.daemon:
            self.daemon.kill(15)
            self.daemon.wait()
            self.daemon = None

    def wrap(self, command, folder):
        self._lttng("destroy", self.session)
        ready = (self._lttng("create", self.session, f"--output={folder}/lttng")
                 and self._lttng("enable-event", "--session", self.session, "-u", "lttng_ust_pthread:*")
                 and self._lttng("start", self.session))
        if not ready:
            raise OSError("no LTTng session could be made")
        return Wrapped(list(command), {"LD_PRELOAD": self.library})


class Uftrace(Tool):
    """Calls of library functions by an unchanged program."""
    name = "uftrace"
    workload_scale = 0.1
    program_scale = 0.1

    def missing(self):
        return None if process.find("uftrace") else "package uftrace is not installed"

    def wrap(self, command, folder):
        return Wrapped([process.find("uftrace"), "record", "--force", "--no-pager", "-d", f"{folder}/uftrace", *command])


class Valgrind(Tool):
    workload_scale = 0.01

    def __init__(self, name, tool):
        self.name = name
        self.tool = tool

    def missing(self):
        return None if process.find("valgrind") else "package valgrind is not installed"

    def wrap(self, command, folder):
        return Wrapped([process.find("valgrind"), f"--tool={self.tool}", f"--log-file={folder}/valgrind.log", *command])


def all_tools(build):
    return [Native(), Track(build), ThreadSanitizer(build), Lttng(), Uftrace(), Valgrind("Helgrind", "helgrind"), Valgrind("DRD", "drd")]


def versions(tools):
    """One line a peer: what it is, or why it is not here."""
    commands = {"Helgrind": ["valgrind", "--version"], "uftrace": ["uftrace", "--version"], "LTTng-UST": ["lttng", "--version"],
                "TSan": ["gcc", "--version"]}
    lines = []
    for tool in tools:
        if tool.missing():
            lines.append(f"{tool.name}: not measured, {tool.missing()}")
        elif tool.name in commands:
            try:
                text = subprocess.run(commands[tool.name], capture_output=True, text=True, check=False).stdout
            except OSError:
                text = ""
            lines.append(f"{tool.name}: {text.splitlines()[0] if text else 'version unknown'}")
    return lines
