"""What reads the pages and compares them is compared itself."""
import os
import tempfile
import unittest

from check_primitives import comparable
from pages import read_programs, rewrite

PAGE = """# Title

<!-- hangs -->
<!-- finds self-deadlock observed error -->
```c
/* twice - a program. */
int main(void) { return 0; }
```

Text.

<!-- output -->
```text
old
```

<!-- report -->
```text
S1
```

```c
track_lock_acquire(&lock); /* no program */
```

```c
int main(void) { return 1; }
```
"""


class Pages(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.page = os.path.join(self.folder.name, "lock.md")
        with open(self.page, "w", encoding="utf-8") as out:
            out.write(PAGE)

    def test_programs_are_found_with_their_marks(self):
        first, second = read_programs(self.page)
        self.assertEqual((first.name, first.hangs, first.finds), ("twice", True, [("self-deadlock", "observed", "error")]))
        self.assertEqual((second.name, second.hangs, second.finds), ("lock_2", False, []))

    def test_blocks_belong_to_the_program_before_them(self):
        first, second = read_programs(self.page)
        self.assertEqual([(what, block.text) for what, block in first.shown], [("output", "old\n"), ("report", "S1\n")])
        self.assertEqual(second.shown, [])

    def test_a_block_without_a_program_is_a_mistake(self):
        with open(self.page, "w", encoding="utf-8") as out:
            out.write("<!-- output -->\n```text\nold\n```\n")
        self.assertRaises(ValueError, read_programs, self.page)

    def test_a_block_is_rewritten_and_nothing_else(self):
        shown = read_programs(self.page)[0].shown
        rewrite(self.page, [(shown[0][1], "new\nlines\n"), (shown[1][1], "S2\n")])
        with open(self.page, encoding="utf-8") as text:
            self.assertEqual(text.read(), PAGE.replace("old", "new\nlines").replace("S1", "S2"))

    def test_lines_in_another_order_are_another_output_unless_marked(self):
        self.assertNotEqual(comparable("output", "a\nb\n"), comparable("output", "b\na\n"))
        self.assertEqual(comparable("output in any order", "a\nb\n"), comparable("output in any order", "b\na\n"))

    def test_threads_of_a_dump_may_be_mixed_in_another_way(self):
        one, other = "T1|acq(m_55a54d08f040)|1\nT2|end()|0\n", "T2|end()|0\nT1|acq(m_7ffe2af5f490)|2\n"
        self.assertEqual(comparable("dump", one), comparable("dump", other))
        self.assertNotEqual(comparable("dump", one), comparable("dump", one.replace("acq", "rel")))

    def test_reports_differ_in_their_words_not_in_their_numbers(self):
        self.assertEqual(comparable("report", "main waits here (event 3)\n  … 2 frames in libc.so.6\n"), comparable("report", "main waits here (event 4)\n"))
        self.assertNotEqual(comparable("report", "main waits here (event 3)\n"), comparable("report", "main waited here (event 3)\n"))


if __name__ == "__main__":
    unittest.main()
