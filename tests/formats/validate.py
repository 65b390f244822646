"""The same findings in every format: validate.py FOLDER..., each with report.sarif, report.junit, report.github.json (what validate.js has read),
report.gitlab, and report.markdown.html (what cmark-gfm has made). JUnit XML is read by junitparser."""
import json
import re
import sys
from html.parser import HTMLParser

from junitparser import JUnitXml


class Tags(HTMLParser):
    """What elements there are, and the cells of each row."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows = set(), []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1


def read(folder, name):
    with open(f"{folder}/report.{name}", encoding="utf-8") as file:
        return file.read()


def check_junit(folder, run):
    results = run["results"]
    suites = JUnitXml.fromfile(f"{folder}/report.junit")
    cases = [case for suite in suites for case in suite]
    failed = [case for case in cases if case.result and case.result[0]._tag == "failure"]
    errors = [case for case in cases if case.result and case.result[0]._tag == "error"]
    assert len(list(suites)) == 1
    assert suites.tests == len(cases) == len(results) + 1, (len(cases), len(results))
    assert suites.failures == len(failed) == sum(result["properties"]["fails"] for result in results)
    assert suites.errors == len(errors) == (0 if run["invocations"][0]["executionSuccessful"] else 1)
    assert all(case.name and case.classname for case in cases)
    assert all(case.result[0].message and case.result[0].type for case in failed + errors)


def check_github(folder, results):
    commands = json.loads(read(folder, "github.json"))
    findings = [command for command in commands if command["properties"]["title"] != "inspector"]
    assert len(findings) == len(results)
    assert sum(command["command"] == "error" for command in findings) == sum(result["properties"]["fails"] for result in results)
    assert all(re.fullmatch(r"\d+", command["properties"].get("line", "1")) for command in findings)


def check_gitlab(folder, n):
    issues = json.loads(read(folder, "gitlab"))
    assert len(issues) == n
    assert len({issue["fingerprint"] for issue in issues}) == n
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["description"] and issue["location"]["path"] and not issue["location"]["path"].startswith("./")
        assert isinstance(issue["location"]["lines"]["begin"], int) and issue["location"]["lines"]["begin"] >= 1


def check_markdown(folder, n):
    page = Tags()
    page.feed(read(folder, "markdown.html"))
    allowed = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "pre", "ul", "li"}
    assert page.tags <= allowed, page.tags
    assert page.rows == [6] * (n + 1 if n else 0), page.rows


for folder in sys.argv[1:]:
    run = json.loads(read(folder, "sarif"))["runs"][0]
    try:
        check_junit(folder, run)
        check_github(folder, run["results"])
        check_gitlab(folder, len(run["results"]))
        check_markdown(folder, len(run["results"]))
    except AssertionError:
        print(f"that was {folder}", file=sys.stderr)
        raise
