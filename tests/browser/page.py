"""The HTML page in a real browser: what a reader does with it, and what a hostile trace tries.

usage: page.py INSPECTOR PROGRAM [FOLDER]
PROGRAM takes two locks in opposite order. Pictures of the page go to FOLDER, to be looked at. Exit status 77: there is no browser here.
"""
import os
import subprocess
import sys
import tempfile
import unittest

import traces

try:
    from selenium import webdriver
    from selenium.webdriver import ActionChains
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("not tested: no python3-selenium")
    sys.exit(77)

BROWSER, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
if not (os.path.exists(BROWSER) and os.path.exists(DRIVER)):
    print("not tested: no chromium, or no chromedriver")
    sys.exit(77)
INSPECTOR, PROGRAM = map(os.path.abspath, sys.argv[1:3])
PICTURES = sys.argv[3] if len(sys.argv) > 3 else None
FLAGS = ("--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync "
         "--disable-dev-shm-usage --window-size=1400,1000").split()


def start_browser(scripts=True):
    options = Options()
    options.binary_location = BROWSER
    for flag in FLAGS + ["--host-resolver-rules=MAP * ~NOTFOUND"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, lines):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        return self.path(name)

    def inspect(self, *arguments, status=0):
        done = subprocess.run([INSPECTOR, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder.name, check=False)
        self.assertEqual(done.returncode, status, done.stderr)

    def open(self, trace, *options):
        page = self.path("page.html")
        self.inspect("report", trace, "-o", page, *options)
        self.visit(page)

    def visit(self, page):
        self.browser.get_log("browser")
        self.browser.get("file://" + page)

    def run_js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def find(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        found = self.find(selector)
        self.assertTrue(found, selector)
        return found[0]

    def click(self, selector):
        """Not below the heading that stays at the top."""
        element = self.one(selector)
        self.run_js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def shown(self, selector):
        return [element for element in self.find(selector) if element.is_displayed()]

    def keys(self, *strokes):
        ActionChains(self.browser).send_keys(*strokes).perform()

    def window(self):
        return [float(self.one("#lanes").get_attribute("data-" + end)) for end in ("from", "to")]

    def snapshot(self, name):
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            self.browser.save_screenshot(os.path.join(PICTURES, name + ".png"))

    def assert_quiet(self):
        """No complaint of the browser, and nothing fetched."""
        self.assertEqual(self.browser.get_log("browser"), [])
        self.assertEqual(self.run_js("return performance.getEntriesByType('resource').map(entry => entry.name)"), [])

    # A recorded program.

    def open_recording(self):
        self.inspect("run", "--format", "html", "-o", self.path("run.html"), "--trace", self.path("run.track"), "--", PROGRAM, status=66)
        self.visit(self.path("run.html"))

    def test_a_finding_has_source_stacks_and_picture(self):
        self.open_recording()
        finding = self.one(".finding.error")
        self.assertTrue(finding.get_attribute("open"))
        sections = finding.find_elements(By.CSS_SELECTOR, ".threads > section")
        self.assertEqual(len(sections), 2)
        self.assertLess(abs(sections[0].location["y"] - sections[1].location["y"]), 2, "the threads are not side by side")
        marks = [mark.text for mark in finding.find_elements(By.CSS_SELECTOR, ".src mark")]
        self.assertTrue(any("pthread_mutex_lock" in mark for mark in marks), marks)
        self.assertTrue(finding.find_elements(By.CSS_SELECTOR, "figure svg"))
        self.snapshot("finding")
        self.assert_quiet()

    def test_links_lead_to_the_explanation_and_into_the_timeline(self):
        lines = traces.many_bars(2000)
        lines[1000:1000] = traces.inversion(["early", "late"], ["A", "B"], 90)
        self.open(self.write("middle.std", lines), "--all")
        self.click(".finding a[href='#about-deadlock']")
        self.assertTrue(self.one("#about-deadlock").get_attribute("open"))
        whole = self.window()
        finding = next(one for one in self.find(".finding") if "early" in one.get_attribute("textContent"))
        self.click(f"#{finding.get_attribute('id')} [data-around]")
        part = self.window()
        self.assertLess(part[1] - part[0], whole[1] - whole[0])
        self.assertTrue(part[0] <= 1001 and part[1] >= 1006, part)
        self.snapshot("timeline")
        self.assert_quiet()

    def test_a_bar_tells_its_stack(self):
        self.open_recording()
        lanes = self.one("#lanes")
        self.run_js("arguments[0].focus()", lanes)
        told = []
        for _ in range(8):
            self.keys("n")
            told.append(self.one("#detail").text)
        self.assertTrue(any("holds accounts" in text and "deposit deadlock_two_locks.c:16" in text for text in told), told)
        canvas = self.one("#lanes canvas")
        self.run_js("arguments[0].scrollIntoView({block: 'center'})", canvas)
        self.keys(Keys.ESCAPE)
        self.assertEqual(self.one("#detail").text, "")
        self.assert_quiet()

    def test_pointer_zooms_moves_and_chooses(self):
        self.open(self.write("bars.std", traces.many_bars(2000)))
        canvas = self.one("#lanes canvas")
        self.run_js("arguments[0].scrollIntoView({block: 'center'})", canvas)
        whole = self.window()
        ActionChains(self.browser).move_to_element(canvas).double_click().perform()
        near = self.window()
        self.assertLess(near[1] - near[0], whole[1] - whole[0])
        ActionChains(self.browser).move_to_element(canvas).click_and_hold().move_by_offset(-200, 0).release().perform()
        moved = self.window()
        self.assertGreater(moved[0], near[0])
        self.assertAlmostEqual(moved[1] - moved[0], near[1] - near[0], delta=1e-6 * (near[1] - near[0]))
        before = self.window()
        ActionChains(self.browser).move_to_element(canvas).key_down(Keys.SHIFT).click_and_hold().move_by_offset(150, 0).release().key_up(Keys.SHIFT).perform()
        part = self.window()
        self.assertLess(part[1] - part[0], before[1] - before[0])
        self.one("[data-deed=all]").click()
        self.assertEqual(self.window(), whole)
        self.assert_quiet()

    # Hostile content.

    def test_names_stay_text(self):
        self.open(self.write("hostile.std", traces.hostile()))
        self.assertIsNone(self.run_js("return window.hacked"))
        self.assertEqual(self.find("img, iframe, object, embed, [onerror], [onload], [onmouseover], main script:not(.data)"), [])
        text = self.run_js("return document.body.textContent")
        for name in traces.HOSTILE[:-1]:
            self.assertIn(name, text)
        self.assertNotIn("\u202e", text)
        names = self.run_js("return JSON.parse(document.querySelector('script.data').textContent).threads.map(thread => thread[0])")
        self.assertIn("1" + traces.HOSTILE[1], names)
        self.run_js("document.querySelector('#lanes').focus()")
        self.keys("n", "n", "n")
        self.assertIsNone(self.run_js("return window.hacked"))
        self.snapshot("hostile")
        self.assert_quiet()

    def test_ids_are_unique(self):
        self.open(self.write("few.std", traces.many_findings(5)))
        ids = self.run_js("return [...document.querySelectorAll('[id]')].map(element => element.id)")
        self.assertEqual(len(ids), len(set(ids)))

    # Many findings.

    def test_five_hundred_findings_can_be_searched_folded_and_walked(self):
        self.open(self.write("many.std", traces.many_findings(500)))
        self.assertEqual(len(self.find(".finding")), 500)
        self.keys("/")
        self.keys("A317")
        self.assertEqual(len(self.shown(".finding")), 1)
        self.assertIn("A317", self.shown(".finding")[0].get_attribute("textContent"))
        self.assertIn("of", self.one("#hits").text)
        self.keys(Keys.ESCAPE)
        self.assertEqual(self.run_js("return [...document.querySelectorAll('.finding')].filter(one => one.hidden).length"), 0)
        self.keys("j", "j", "k")
        self.assertEqual(self.one(".finding.current").get_attribute("id"), self.find(".finding")[0].get_attribute("id"))
        self.keys("o")
        opened = self.run_js("return document.querySelectorAll('.finding[open]').length")
        self.keys("o")
        self.assertEqual({opened, self.run_js("return document.querySelectorAll('.finding[open]').length")}, {0, 500})
        self.assert_quiet()

    # The table.

    def test_the_table_sorts_both_ways(self):
        lines = []
        for lock, n in (("few", 2), ("most", 9), ("some", 5)):
            lines += [f"T1|acq({lock})|1", f"T1|rel({lock})|2"] * n
        self.open(self.write("table.std", lines))
        column = [heading.text for heading in self.find("thead th")].index("acquired")
        cells = lambda: [row.find_elements(By.CSS_SELECTOR, "td, th")[column].text for row in self.find("table.sortable tbody tr")]
        button = self.find("thead th button")[column]
        button.click()
        self.assertEqual(cells(), ["9", "5", "2"])
        button.click()
        self.assertEqual(cells(), ["2", "5", "9"])
        self.find("thead th button")[0].click()
        self.find("thead th button")[0].click()
        self.assertEqual([row.find_element(By.CSS_SELECTOR, "th").text.split()[0] for row in self.find("table.sortable tbody tr")], ["few", "most", "some"])

    # A hundred thousand bars.

    def test_many_bars_are_drawn_and_keys_move_them(self):
        self.open(self.write("bars.std", traces.many_bars(99000)))
        n = self.run_js("return JSON.parse(document.querySelector('script.data').textContent).bars.length / 11")
        self.assertGreater(n, 98000)
        self.run_js("document.querySelector('#lanes').focus()")
        whole = self.window()
        self.keys("+", "+", "+")
        near = self.window()
        self.assertAlmostEqual(near[1] - near[0], (whole[1] - whole[0]) / 8, delta=1)
        self.keys(Keys.ARROW_RIGHT)
        self.assertGreater(self.window()[0], near[0])
        self.keys("0")
        self.assertEqual(self.window(), whole)
        self.snapshot("bars")
        blank = self.run_js("const canvas = document.querySelector('canvas'), other = document.createElement('canvas');"
                            "[other.width, other.height] = [canvas.width, canvas.height]; return canvas.toDataURL() === other.toDataURL()")
        self.assertFalse(blank, "nothing is drawn")
        self.assert_quiet()

    def test_a_lock_can_be_shown_alone(self):
        self.open(self.write("bars.std", traces.many_bars(200)))
        before = self.run_js("return document.querySelector('canvas').toDataURL()")
        self.find("#legend button")[0].click()
        self.assertEqual(self.find("#legend button")[0].get_attribute("aria-pressed"), "true")
        self.run_js("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.assertNotEqual(before, self.run_js("return document.querySelector('canvas').toDataURL()"))

    # Looks.

    def test_dark_and_light(self):
        self.open_recording()
        colour = lambda: self.run_js("return getComputedStyle(document.body).backgroundColor")
        first = colour()
        self.keys("t")
        self.assertNotEqual(colour(), first)
        self.snapshot("dark")
        self.keys("t")
        self.assertEqual(colour(), first)

    def test_printing_opens_everything(self):
        self.open(self.write("many.std", traces.many_findings(40)))
        self.assertLess(self.run_js("return document.querySelectorAll('.finding[open]').length"), 40)
        self.run_js("window.opened = 0; addEventListener('beforeprint', () => window.opened = document.querySelectorAll('.finding[open]').length)")
        self.browser.execute_cdp_cmd("Page.printToPDF", {})
        self.assertEqual(self.run_js("return window.opened"), 40)

    def test_narrow_windows_do_not_scroll_sideways(self):
        self.open_recording()
        size = self.browser.get_window_size()
        self.browser.set_window_size(500, 900)
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0)
        self.snapshot("narrow")
        self.browser.set_window_size(size["width"], size["height"])


class WithoutScripts(unittest.TestCase):
    def test_all_but_the_timeline_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            trace, page = os.path.join(folder, "few.std"), os.path.join(folder, "page.html")
            with open(trace, "w", encoding="utf-8") as out:
                out.write("\n".join(traces.many_findings(3)) + "\n")
            subprocess.run([INSPECTOR, "report", trace, "-o", page], check=True)
            browser = start_browser(scripts=False)
            try:
                browser.get("file://" + page)
                self.assertEqual(len(browser.find_elements(By.CSS_SELECTOR, ".finding")), 3)
                self.assertTrue(browser.find_element(By.CSS_SELECTOR, ".finding .stack").is_displayed())
                self.assertTrue(browser.find_element(By.CSS_SELECTOR, "figure svg").is_displayed())
                self.assertTrue(browser.find_element(By.CSS_SELECTOR, "#locks table").is_displayed())
                self.assertFalse(browser.find_element(By.CSS_SELECTOR, "#timeline").is_displayed())
                self.assertFalse(browser.find_element(By.CSS_SELECTOR, "#search").is_displayed())
            finally:
                browser.quit()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
