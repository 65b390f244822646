"""Compile the public headers and all_of_it.c with one compiler as one language, warnings being errors, and run the program.

usage: check_headers.py LIBTRACK INCLUDE_FOLDER SOURCE WORK_FOLDER COMPILER OPTION...

Exits 77 when there is no such compiler. Each header is compiled alone, too: none may rely on what another one included before.
"""
import os
import shutil
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
NOT_PUBLIC = "trace.h"  # the format of recordings: for who writes and reads them, in C


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, **options)


def compile_alone(compiler, include, header):
    # Strict, without _GNU_SOURCE: a header may not need more than its language has.
    language = [] if "-x" in compiler else ["-x", "c"]
    return run(compiler + language + WARNINGS + [f"-I{include}", "-fsyntax-only", "-"], input=f'#include "track/{header}"\n')


def main():
    library, include, source, work = sys.argv[1:5]
    compiler = sys.argv[5:]
    if not shutil.which(compiler[0]):
        print(f"not tested: there is no {compiler[0]}")
        sys.exit(77)
    for header in sorted(os.listdir(os.path.join(include, "track"))):
        if header.endswith(".h") and header != NOT_PUBLIC:
            result = compile_alone(compiler, include, header)
            if result.returncode != 0:
                sys.exit(f"{header} alone:\n{result.stdout}")

    folder = os.path.join(work, "_".join(word.lstrip("-").replace("=", "_") for word in compiler))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    program = os.path.join(folder, "all_of_it")
    libraries = os.path.dirname(os.path.abspath(library))
    result = run(compiler + WARNINGS + ["-g", "-O1", "-D_GNU_SOURCE", f"-I{include}", source, "-o", program, "-x", "none", library,
                                        f"-Wl,-rpath,{libraries}", "-pthread"])
    if result.returncode != 0:
        sys.exit(result.stdout)
    result = run([program, os.path.join(folder, "recording")])
    sys.stdout.write(result.stdout)
    if result.returncode not in (0, 1):
        print(f"it ended with {result.returncode}")
    sys.exit(1 if result.returncode else 0)


if __name__ == "__main__":
    main()
