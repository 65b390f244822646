"""Compile, run and record every program in docs/primitives, and compare with what the pages say (see pages.py).

usage: check_primitives.py PAGES INCLUDE LIBTRACK INSPECTOR WORK_FOLDER CC CXX [--update] [NAME...]

PAGES is a folder, INCLUDE has track/*.h, LIBTRACK is libtrack.so. With NAMEs only those programs. --update writes what came out into the pages
instead of comparing it. Also compared: every function that the headers of the primitives declare stands in a page, and links between pages lead
somewhere. Exits 1 with one line for each difference.
"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "examples"))
from pages import read_programs, rewrite  # noqa: E402
from run_example import threads_of  # noqa: E402

LIMIT_S = 30
QUIET_S = 1.5  # without a step: it hangs
AT_ONCE = 4
HEADERS_OF_OTHERS = ("annotate.h", "trace.h")
SHOWN_FOLDER = "/home/you"


class Tools:
    def __init__(self, arguments):
        self.pages, self.include, self.libtrack, self.inspector, self.work = map(os.path.abspath, arguments[:5])
        self.cc, self.cxx = arguments[5:7]


def run(command, folder, limit_s=LIMIT_S):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit_s, text=True)


def compile_program(tools, program, folder):
    is_cpp = program.source.endswith(".cpp")
    with open(os.path.join(folder, program.source), "w", encoding="utf-8") as out:
        out.write(program.block.text)
    library = os.path.dirname(tools.libtrack)
    return run([tools.cxx if is_cpp else tools.cc, "-g", "-Wall", "-Wextra", "-Werror", "-I" + tools.include, program.source, "-o", program.name,
                "-L" + library, "-ltrack", "-Wl,-rpath," + library], folder)


def child_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return (children.read().split() or [None])[0]
    except OSError:
        return None


def interrupt_when_quiet(inspector):
    """As a user's ^C, once the recorded program has not made a step for a while; it may be ended earlier by the inspector."""
    end = time.monotonic() + LIMIT_S
    before, since = None, time.monotonic()
    while inspector.poll() is None and time.monotonic() < end:
        now = threads_of(child_of(inspector.pid) or 0)
        if now != before or any(state not in "SD" for state, _, _ in now.values()):
            before, since = now, time.monotonic()
        elif now and time.monotonic() - since > QUIET_S:
            os.killpg(inspector.pid, signal.SIGINT)
            break
        time.sleep(0.02)


def record(tools, program, folder):
    """What `inspector run` says, as JSON, and what the program printed."""
    command = [tools.inspector, "run", "--format", "json", "-o", "report.json", "--", "./" + program.name]
    with open(os.path.join(folder, "output"), "w+", encoding="utf-8") as output, subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True) as inspector:
        try:
            if program.hangs:
                interrupt_when_quiet(inspector)
            inspector.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(inspector.pid, signal.SIGKILL)
        output.seek(0)
        text = output.read()
    with open(os.path.join(folder, "report.json"), encoding="utf-8") as report:
        return json.load(report), text


def text_report(tools, program, folder, is_whole):
    text = run([tools.inspector, "check", "--color=never", program.name + ".track"], folder).stdout
    text = text.replace(os.path.realpath(folder), SHOWN_FOLDER)
    if not is_whole:
        text = re.split(r"^(?:\d+ findings?:|No findings)", text, flags=re.M)[0]
    return text.rstrip("\n") + "\n"


def dump(tools, program, folder):
    lines = run([tools.inspector, "dump", program.name + ".track"], folder).stdout.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def comparable(what, text):
    """Without what differs from run to run, or between systems."""
    lines = text.splitlines()
    if what == "output in any order":
        return sorted(lines)
    if what == "output like this":
        return [re.sub(r"\d+", "0", line) for line in lines]
    if what == "dump":  # the events of each thread, and names in any order; places are numbered as they come up
        lines = [re.sub(r"[0-9a-f]{6,}|\d+$", "0", line) for line in lines]
        return sorted(lines, key=lambda line: (line.split("|")[0], line if line.startswith("-") else ""))
    if what.endswith("report"):
        lines = [re.sub(r"[0-9a-f]{6,}|\(event \d+\)", "0", line) for line in lines]
        return [line for line in lines if not re.match(r" *… \d+ frames? in |\d+ events, ", line)]
    return lines


def look_at(tools, program):
    """Differences, and the texts that the page should show."""
    folder = os.path.join(tools.work, program.name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    compiled = compile_program(tools, program, folder)
    if compiled.returncode:
        return [f"{program.where()}: does not compile:\n{compiled.stderr}"], []
    output = None
    if not program.hangs:
        result = run(["./" + program.name], folder)
        output = result.stdout or result.stderr
        if result.returncode:
            return [f"{program.where()}: ends with {result.returncode}: {result.stderr}"], []
    report, recorded_output = record(tools, program, folder)
    if output is None:
        output = recorded_output
    differences = []
    found = sorted((finding["kind"], finding["verdict"], finding["severity"]) for finding in report["findings"])
    if found != program.finds:
        differences.append(f"{program.where()}: found {found}, the page says {program.finds}")
    texts = []
    for what, block in program.shown:
        if what.endswith("report"):
            text = text_report(tools, program, folder, what == "whole report")
        else:
            text = dump(tools, program, folder) if what == "dump" else output
        texts.append((what, block, text))
        if comparable(what, text) != comparable(what, block.text):
            differences.append(f"{program.where(block)}: the {what} is\n{text}\nand not\n{block.text}")
    return differences, texts


def look_at_safely(tools, program):
    try:
        return look_at(tools, program)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return [f"{program.where()}: {error}"], []


def declared_functions(include):
    for header in sorted(glob.glob(os.path.join(include, "track", "*.h"))):
        if os.path.basename(header) in HEADERS_OF_OTHERS:
            continue
        with open(header, encoding="utf-8") as text:
            for name in re.findall(r"^[a-z].*?\b(track_[a-z_]+)\(", text.read(), flags=re.M):
                if not name.startswith("track_private"):
                    yield name


def missing(tools, pages):
    texts = {}
    for page in pages:
        with open(page, encoding="utf-8") as text:
            texts[page] = text.read()
    everything = "\n".join(texts.values())
    for name in declared_functions(tools.include):
        if not re.search(rf"\b{name}\b", everything):
            yield f"{name}() stands in no page"
    for page, text in texts.items():
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not os.path.exists(os.path.join(os.path.dirname(page), target)):
                yield f"{os.path.basename(page)}: the link to {target} leads nowhere"


def update(pages, programs, results):
    """Only blocks that say something else now, so that numbers which differ in every run do not make a change."""
    for page in pages:
        rewrite(page, [(block, text) for program, (_, texts) in zip(programs, results) if program.page == page for what, block, text in texts
                       if comparable(what, block.text) != comparable(what, text)])


def main():
    arguments = [word for word in sys.argv[1:] if word != "--update"]
    is_update = "--update" in sys.argv
    tools, names = Tools(arguments), arguments[7:]
    pages = sorted(glob.glob(os.path.join(tools.pages, "*.md")))
    programs = [program for page in pages for program in read_programs(page) if not names or program.name in names]
    all_names = [program.name for program in programs]
    differences = [f"two programs are called {name}" for name in sorted(set(all_names)) if all_names.count(name) > 1]
    differences += missing(tools, pages)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda program: look_at_safely(tools, program), programs))
    if is_update:
        update(pages, programs, results)
    for lines, _ in results:
        differences += lines
    print("\n".join(differences))
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
