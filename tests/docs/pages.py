"""The programs in a page of docs/primitives, with what the page says about them.

A fenced block of language c or cpp that has a main function is a program. Comments on lines of their own before it say how it is run:

  <!-- hangs -->                         it never ends by itself
  <!-- finds KIND VERDICT SEVERITY -->   one for each finding; without any of them there must be none

Blocks of text behind it, up to the next program, show what comes of it. The comment before the block says what it shows:

  <!-- output -->               what it prints
  <!-- output in any order -->  ... as a set of lines
  <!-- output like this -->     ... but for the numbers
  <!-- report -->               the findings, as text
  <!-- whole report -->         ... and the lines behind them
  <!-- dump -->                 the events, without the comments
"""
import os
import re

FENCE = re.compile(r"^```(\w*)$")
COMMENT = re.compile(r"^<!-- (.*) -->$")
SHOWN = ("output", "output in any order", "output like this", "report", "whole report", "dump")


class Block:
    """Lines begin to end of a page, without the fences."""

    def __init__(self, language, comments, begin, end, text):
        self.language, self.comments, self.begin, self.end, self.text = language, comments, begin, end, text


class Program:
    def __init__(self, page, block, number):
        self.page, self.block = page, block
        title = re.match(r"(?:/\*|//) ([a-z][a-z_0-9]*) - ", block.text)
        stem = os.path.splitext(os.path.basename(page))[0].lower()
        self.name = title.group(1) if title else f"{stem}_{number}"
        self.source = self.name + (".cpp" if block.language == "cpp" else ".c")
        self.hangs = "hangs" in block.comments
        self.finds = sorted(tuple(c.split()[1:]) for c in block.comments if c.startswith("finds "))
        self.shown = []  # (what, block)

    def where(self, block=None):
        return f"{os.path.basename(self.page)}:{(block or self.block).begin}: {self.name}"


def read_blocks(lines):
    comments, at = [], 0
    while at < len(lines):
        fence, comment = FENCE.match(lines[at]), COMMENT.match(lines[at])
        if comment:
            comments.append(comment.group(1))
        elif fence:
            end = lines.index("```", at + 1)
            yield Block(fence.group(1), comments, at + 1, end, "".join(line + "\n" for line in lines[at + 1:end]))
            comments, at = [], end
        elif lines[at]:
            comments = []
        at += 1


def read_programs(page):
    with open(page, encoding="utf-8") as text:
        lines = text.read().splitlines()
    programs = []
    for block in read_blocks(lines):
        if block.language in ("c", "cpp") and re.search(r"\bint main\(", block.text):
            programs.append(Program(page, block, len(programs) + 1))
        for comment in block.comments:
            if comment in SHOWN and block.language == "text" and programs:
                programs[-1].shown.append((comment, block))
            elif comment in SHOWN:
                raise ValueError(f"{page}:{block.begin}: '{comment}' belongs to no program")
    return programs


def rewrite(page, replacements):
    """Put other texts into blocks: pairs of a block and its text."""
    with open(page, encoding="utf-8") as text:
        lines = text.read().splitlines()
    for block, text in sorted(replacements, key=lambda pair: -pair[0].begin):
        lines[block.begin:block.end] = text.splitlines()
    with open(page, "w", encoding="utf-8") as out:
        out.write("".join(line + "\n" for line in lines))
