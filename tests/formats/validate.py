"""The same findings in every format: validate.py SARIF JUNIT COMMANDS GITLAB HTML, where COMMANDS is what validate.js has read for GitHub, and HTML
what cmark-gfm made of the Markdown report. JUnit XML is read by junitparser."""
import json
import re
import sys
from html.parser import HTMLParser

from junitparser import JUnitXml

sarif_file, junit_file, commands_file, gitlab_file, html_file = sys.argv[1:]


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


run = json.load(open(sarif_file))["runs"][0]
results = run["results"]
n = len(results)

suites = JUnitXml.fromfile(junit_file)
cases = [case for suite in suites for case in suite]
assert len([suite for suite in suites]) == 1
assert len(cases) == n + 1, (len(cases), n)
assert suites.tests == n + 1
failed = [case for case in cases if case.result and case.result[0]._tag == "failure"]
errors = [case for case in cases if case.result and case.result[0]._tag == "error"]
assert suites.failures == len(failed) == len([r for r in results if r["properties"]["fails"]])
assert suites.errors == len(errors) == (0 if run["invocations"][0]["executionSuccessful"] else 1)
assert all(case.name and case.classname for case in cases)
assert all(case.result[0].message and case.result[0].type for case in failed + errors)

commands = json.load(open(commands_file))
findings = [command for command in commands if command["properties"]["title"] != "inspector"]
assert len(findings) == n
assert len([command for command in findings if command["command"] == "error"]) == len(failed)
assert all(re.fullmatch(r"\d+", command["properties"].get("line", "1")) for command in findings)

issues = json.load(open(gitlab_file))
assert len(issues) == n
assert len({issue["fingerprint"] for issue in issues}) == n
for issue in issues:
    assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
    assert issue["description"] and issue["location"]["path"] and not issue["location"]["path"].startswith("./")
    assert isinstance(issue["location"]["lines"]["begin"], int) and issue["location"]["lines"]["begin"] >= 1

page = Tags()
page.feed(open(html_file).read())
assert page.tags <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "pre", "ul", "li"}, page.tags
assert page.rows == [6] * (n + 1 if n else 0), page.rows
