"""script/bench page: is the HTML page fluid with 100,000 bars in its timeline, and with 500 findings?"""
import json
import os
import subprocess

PYTHON = "/usr/bin/python3"  # Debian's, which has selenium
COLUMNS = [("written_s", "written in s", 2), ("mib", "MiB", 1), ("loaded_ms", "loaded in ms", 0), ("zoom_ms", "zoom or move, ms", 0),
           ("search_ms", "search, ms", 0)]
# (column, at most): a tenth of a second is what people take for at once (Miller 1968)
BARS = [("zoom_ms", 100), ("search_ms", 100)]


def measure(options):
    """Figures by page, or a text why there are none."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = [PYTHON, os.path.join(here, "page_browser.py"), os.path.join(options.build, "bin", "inspector"), os.path.join(here, "..", "..", "tests")]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=options.timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode().strip().splitlines()[-1]


def main(options, say):
    say("page: opening it in Chromium")
    pages = measure(options)
    if isinstance(pages, str):
        print(f"The page was not measured: {pages}")
        return 1
    print("| page with | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
    print("|---|" + "---:|" * len(COLUMNS))
    for name, figures in pages.items():
        print(f"| {name} | " + " | ".join(f"{figures[key]:.{digits}f}" for key, _, digits in COLUMNS) + " |")
    if not options.check:
        return 0
    print("\n| what | bar | measured | |\n|---|---:|---:|---|")
    is_met = True
    for name, figures in pages.items():
        for key, bar in BARS:
            title = next(title for other, title, _ in COLUMNS if other == key)
            met = figures[key] <= bar
            is_met &= met
            print(f"| {name}: {title} | ≤ {bar} | {figures[key]:.0f} | {'met' if met else 'MISSED'} |")
    return 0 if is_met else 1
