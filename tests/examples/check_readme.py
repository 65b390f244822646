"""Compare the tables of examples/README.md with expected.txt and the marked lines of the sources.

usage: check_readme.py EXAMPLES_FOLDER EXPECTED          exits 1 with one line for each difference
       check_readme.py EXAMPLES_FOLDER EXPECTED --rows   prints the rows as they must be, up to the text of the last column

Every program needs exactly one row, whose columns but the last (what is wrong, for humans) follow from expected.txt and the source;
every program but the harmless ones needs a twin.
"""
import os
import sys

from run_example import marked_lines


def source_of(folder, name):
    for extension in (".c", ".cpp"):
        if os.path.exists(os.path.join(folder, name + extension)):
            return name + extension
    return None


def read_expected(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split("#")[0].split()
            if words:
                yield words


def row_of(folder, words):
    name, kind = words[0], words[1]
    source = source_of(folder, name)
    link = f"| [{name}]({source}) |"
    if kind == "nothing":
        return f"{link} nothing |"
    if kind == "benign":
        return f"{link} `{words[2]}` |"
    lines = ", ".join(str(line) for line in sorted(marked_lines(os.path.join(folder, source))))
    return f"{link} `{kind}` | {words[2]} | {words[3]} | {lines} |"


def differences(folder, expected):
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as readme:
        rows = [line for line in readme if line.startswith("| [")]
    names = set()
    for words in read_expected(expected):
        names.add(words[0])
        row = row_of(folder, words)
        if sum(line.startswith(row) for line in rows) != 1:
            yield f"README.md: no row, or more than one, that begins with: {row}"
        if words[1] not in ("benign", "nothing") and not source_of(folder, words[0] + "_fixed"):
            yield f"{words[0]}: there is no twin {words[0]}_fixed"
    for name in sorted(os.path.splitext(file)[0] for file in os.listdir(folder) if file.endswith((".c", ".cpp"))):
        if name not in names and not name.endswith("_fixed"):
            yield f"{name}: expected.txt has no line for it"
    if len(rows) != len(names):
        yield f"README.md has {len(rows)} rows for {len(names)} programs"


def main():
    folder, expected = sys.argv[1:3]
    if "--rows" in sys.argv:
        for words in read_expected(expected):
            print(row_of(folder, words))
        return
    found = list(differences(folder, expected))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
