"""The page docs/gallery/README.md, its pictures and script/gallery belong together; and the programs tell the story that the page tells.

usage: check_gallery.py page SOURCE_FOLDER                          pictures, page and script
       check_gallery.py programs INSPECTOR PROGRAMS_FOLDER WORK     records the programs; those that hang until the picture says so

Exits 1 with a line for each thing that is not as it is told.
"""
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as tree

PATIENCE_S = 60

# program -> command, and what its picture must say
HANGING = {
    "philosophers": [(["graph", "--wait-for"], r"The program hangs: [^;]*Plato[^;]* wait for each other; main is stuck behind that"),
                     (["timeline"], r"never gets forks\[3\]"), (["timeline"], r"last at all_have_one")],
    "lost_wakeup": [(["graph", "--wait-for"], "reader waits for news, and nobody is left to signal it; main is stuck behind that"),
                    (["graph", "--wait-for"], "signalled once, by editor"), (["timeline"], "signals news: nobody is waiting yet")],
}
ENDING = {
    "kitchen": [(["timeline"], "waits for room in counter"), (["graph", "--wait-for"], "Nobody waits when the recording ends")],
    "straggler": [(["timeline"], "last at end_of_round"), (["timeline"], "worker 3 comes last to end_of_round")],
}


def check_page(root):
    folder = os.path.join(root, "docs", "gallery")
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        page = file.read()
    with open(os.path.join(root, "script", "gallery"), encoding="utf-8") as file:
        script = file.read()
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page))
    there = {name for name in os.listdir(folder) if name.endswith(".svg")}
    for name in sorted(shown ^ there):
        yield f"{name}: {'the page does not show it' if name in there else 'the page shows it, but it is not there'}"
    for name in sorted(there):
        if not tree.parse(os.path.join(folder, name)).getroot().tag.endswith("svg"):
            yield f"{name}: not an SVG file"
    for options, recording, picture in re.findall(r"build/bin/inspector (.*?) (\w+)\.track -o (\S+)\.svg", page):
        if f'draw {picture} {options} "$recordings/{recording}.track"\n' not in script:
            yield f"{picture}: script/gallery draws it otherwise: {options}"


def picture(inspector, command, trace):
    """The text of the picture, and empty as long as there is none."""
    output = os.path.join(os.path.dirname(trace), "picture.svg")
    outcome = subprocess.run([inspector, *command, "-o", output, trace], stderr=subprocess.DEVNULL, check=False)
    if outcome.returncode:
        return ""
    with open(output, encoding="utf-8") as file:
        return "\n".join(tree.fromstring(file.read()).itertext()) + "\n".join(
            value for part in tree.parse(output).iter() for key, value in part.attrib.items() if key.endswith("title"))


def says(inspector, command, trace, pattern):
    return re.search(pattern, re.sub(r"\s+", " ", picture(inspector, command, trace)))


def check_hanging(inspector, program, trace, stories):
    running = subprocess.Popen([inspector, "record", "-o", trace, "--", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    end = time.monotonic() + PATIENCE_S
    try:
        while not says(inspector, *stories[0][:1], trace, stories[0][1]) and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    yield from missing(inspector, trace, stories)


def missing(inspector, trace, stories):
    for command, pattern in stories:
        if not says(inspector, command, trace, pattern):
            yield f"{os.path.basename(trace)}: {' '.join(command)} does not say: {pattern}"


def check_programs(inspector, programs, work):
    os.makedirs(work, exist_ok=True)
    for name, stories in HANGING.items():
        yield from check_hanging(inspector, os.path.join(programs, name), os.path.join(work, f"{name}.track"), stories)
    for name, stories in ENDING.items():
        trace = os.path.join(work, f"{name}.track")
        subprocess.run([inspector, "record", "-o", trace, "--", os.path.join(programs, name)], check=True, timeout=PATIENCE_S)
        yield from missing(inspector, trace, stories)


def main():
    checks = {"page": check_page, "programs": check_programs}
    found = list(checks[sys.argv[1]](*sys.argv[2:]))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
