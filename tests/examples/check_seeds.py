"""Compare examples/seeds/ with its README.md and with what the tests expect of it.

usage: check_seeds.py SEEDS_FOLDER EXPECTED_FOLDER            exits 1 with one line for each difference
       check_seeds.py SEEDS_FOLDER EXPECTED_FOLDER --rows     prints the rows as they must be, by document

Every program has exactly one row in the README, made from the first line of its head comment and from findings.txt; a file with what it
prints; and a head comment that names its document and says what the inspector says.
"""
import os
import re
import sys

from check_readme import read_expected


def findings_by_name(path):
    findings = {}
    for words in read_expected(path):
        findings.setdefault(words[0], [])
        if words[1] != "nothing" and "maybe" not in words:
            findings[words[0]].append(words[1])
    return findings


def head_of(path):
    with open(path, encoding="utf-8") as source:
        return re.match(r"/\*(.*?)\*/", source.read(), flags=re.S).group(1)


def row_of(name, head, kinds):
    shows = re.match(rf" {name} - (.*)\.\n", head).group(1)
    counts = [f"{kinds.count(kind)} × `{kind}`" if kinds.count(kind) > 1 else f"`{kind}`" for kind in sorted(set(kinds))]
    return f"| [{name}]({name}.c) | {shows} | {', '.join(counts) or 'nothing'} |"


def differences(folder, expected):
    findings = findings_by_name(os.path.join(expected, "findings.txt"))
    outputs = {file[:-4] for file in os.listdir(expected) if file.endswith(".out")}
    names = {file[:-2] for file in os.listdir(folder) if file.endswith(".c")}
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as readme:
        rows = [line.rstrip("\n") for line in readme if line.startswith("| [")]
    for name in sorted(names | outputs | set(findings)):
        if not (name in names and name in outputs and name in findings):
            yield f"{name}: its source, its output or its line in findings.txt is missing"
            continue
        head = head_of(os.path.join(folder, name + ".c"))
        if not re.search(r"Document: \d{3}_\w+\.txt", head) or "The inspector says" not in head:
            yield f"{name}: the head comment does not name the document, or what the inspector says"
        row = row_of(name, head, findings[name])
        if rows.count(row) != 1:
            yield f"README.md: no row, or more than one, that is: {row}"
    if len(rows) != len(names):
        yield f"README.md has {len(rows)} rows for {len(names)} programs"


def print_rows(folder, expected):
    findings = findings_by_name(os.path.join(expected, "findings.txt"))
    for name in findings:  # in the order of that file, which is the documents'
        print(row_of(name, head_of(os.path.join(folder, name + ".c")), findings[name]))


def main():
    folder, expected = sys.argv[1:3]
    if "--rows" in sys.argv:
        print_rows(folder, expected)
        return
    found = list(differences(folder, expected))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
