"""Times what a reader does with the HTML page, in Chromium; for page.py, which runs it by Debian's Python, as selenium is Debian's.

usage: page_browser.py INSPECTOR TESTS_FOLDER; prints JSON.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

INSPECTOR, TESTS = sys.argv[1:3]
sys.path.insert(0, os.path.join(TESTS, "browser"))

import traces  # noqa: E402
from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.options import Options  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402

PAGES = [("100,000 bars", traces.many_bars(99_000)), ("500 findings", traces.many_findings(500))]
FLAGS = ("--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync "
         "--disable-dev-shm-usage --window-size=1400,1000").split()

# From the key to the second frame behind it: by then it is drawn.
INTERACT = """
const [act, rounds, done] = arguments, times = [], deed = new Function("round", act);
let round = 0;
(function step() {
  const begin = performance.now();
  deed(round);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    times.push(performance.now() - begin);
    if (++round < rounds) step(); else done(times.sort((a, b) => a - b));
  }));
})();
"""
ZOOM = """document.querySelector('#lanes').dispatchEvent(
  new KeyboardEvent('keydown', {key: ['+', 'ArrowRight', 'ArrowLeft', '-'][round % 4], bubbles: true}))"""
SEARCH = """const field = document.querySelector('#search'); field.value = 'A' + round * 7; field.dispatchEvent(new Event('input'))"""


def start():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def measure(browser, lines, folder):
    trace, page = os.path.join(folder, "trace.std"), os.path.join(folder, "page.html")
    with open(trace, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    begin = time.monotonic()
    subprocess.run([INSPECTOR, "report", trace, "-o", page], check=True)
    written = time.monotonic() - begin
    browser.get("file://" + page)
    loaded = browser.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    median = {name: sorted(browser.execute_async_script(INTERACT, act, 40))[20] for name, act in (("zoom", ZOOM), ("search", SEARCH))}
    return {"written_s": written, "mib": os.path.getsize(page) / 2**20, "loaded_ms": loaded, "zoom_ms": median["zoom"], "search_ms": median["search"]}


def main():
    browser = start()
    try:
        with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
            json.dump({name: measure(browser, lines, folder) for name, lines in PAGES}, sys.stdout)
    finally:
        browser.quit()


main()
