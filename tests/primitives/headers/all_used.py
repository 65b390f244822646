"""Check that the headers, the library and all_of_it.c have the same functions, and that the program uses each of them.

usage: all_used.py LIBTRACK INCLUDE_FOLDER SOURCE      exits 1 with one line for each difference

Functions whose names begin with track_private_ or track_annotate_ are called by macros and inline functions of the headers, which the
program has to use like all others.
"""
import os
import re
import subprocess
import sys

NOT_PUBLIC = "trace.h"
INDIRECT = ("track_private_", "track_annotate_")
NO_MACROS = re.compile(r"TRACK_(PRIVATE_\w+|[A-Z]+_H)$")


def text_of(path):
    with open(path, encoding="utf-8") as source:
        return re.sub(r"/\*.*?\*/|//[^\n]*", " ", source.read(), flags=re.S)


def headers_of(include):
    folder = os.path.join(include, "track")
    return "\n".join(text_of(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".h") and name != NOT_PUBLIC)


def exported_by(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if line.split()[-1].startswith("track_")}


def main():
    library, include, source = sys.argv[1:]
    headers, program = headers_of(include), text_of(source)
    macros = {name for name in re.findall(r"#define (TRACK_\w+)", headers) if not NO_MACROS.match(name)}
    enumerators = {name for body in re.findall(r"enum \w*\s*\{(.*?)\}", headers, flags=re.S) for name in re.findall(r"\bTRACK_\w+", body)}
    enumerators = {name for name in enumerators if not NO_MACROS.match(name)}
    plain = re.sub(r"#(?:[^\n]*\\\n)*[^\n]*", " ", headers)  # without the preprocessor's lines
    inline = set(re.findall(r"static inline [\w\s*]*?\b(track_\w+)\s*\(", plain))
    declared = set(re.findall(r"\b(track_\w+)\s*\([^;{]*\)\s*(?:__attribute__\s*\(\(.*?\)\)\s*)?;", plain))
    called_in_headers = set(re.findall(r"\b(track_annotate_\w+)\(", plain))
    functions = declared | called_in_headers
    used = set(re.findall(r"\b(?:track|TRACK)_\w+", program))

    differences = [f"{name} is exported, but no header declares it" for name in exported_by(library) - functions]
    differences += [f"{name} is declared, but not exported" for name in functions - inline - exported_by(library)]
    wanted = {name for name in functions | inline if not name.startswith(INDIRECT)} | macros | enumerators
    differences += [f"{name} is not used in {os.path.basename(source)}" for name in wanted - used]
    print(f"{len(functions | inline)} functions, {len(macros)} macros, {len(enumerators)} enumerators")
    print("\n".join(sorted(differences)))
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
