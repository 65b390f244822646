"""output.py accepts what its files say and nothing else."""
import os
import tempfile
import unittest

import output


def accepts(expected, *lines):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out")
        with open(path, "w", encoding="utf-8") as file:
            file.write(expected)
        return not list(output.differences(path, "".join(line + "\n" for line in lines)))


class Output(unittest.TestCase):
    def test_lines_without_a_view_are_all_lines_in_order(self):
        self.assertTrue(accepts("a\nb\n", "a", "b"))
        self.assertFalse(accepts("a\nb\n", "b", "a"))
        self.assertFalse(accepts("a\nb\n", "a"))
        self.assertFalse(accepts("a\nb\n", "a", "b", "b"))

    def test_order_between_views_is_free(self):
        expected = "== lines ^1\n1 a\n1 b\n== lines ^2\n2 a\n2 b\n"
        self.assertTrue(accepts(expected, "2 a", "1 a", "1 b", "2 b"))
        self.assertFalse(accepts(expected, "2 b", "1 a", "1 b", "2 a"))

    def test_lines_of_no_view_are_refused(self):
        self.assertFalse(accepts("== lines ^1\n1\n", "1", "2"))

    def test_set_is_free_in_order_but_not_in_number(self):
        expected = "== set .\nn=<1|2>\nn=1\nn=<int>\n"
        self.assertTrue(accepts(expected, "n=7", "n=1", "n=2"))
        self.assertFalse(accepts(expected, "n=7", "n=2", "n=2"))
        self.assertFalse(accepts(expected, "n=1", "n=1"))
        self.assertFalse(accepts(expected, "n=1", "n=1", "n=1", "n=1"))

    def test_groups_repeat_and_choose(self):
        expected = "%(\na\nb\n%|\nc\n%){2}\n%(\nd\n%)?\n"
        self.assertTrue(accepts(expected, "c", "a", "b", "d"))
        self.assertTrue(accepts(expected, "c", "c"))
        self.assertFalse(accepts(expected, "a", "b", "d"))

    def test_tokens_stand_for_what_they_say(self):
        self.assertTrue(accepts("<time>: <float> <hex> (.*)\n", "2026-01-02 03:04:05,678: 0.25 0x1f (.*)"))
        self.assertFalse(accepts("<float>\n", "0.2"))
        self.assertTrue(accepts("<__main__.MyLocal at <hex>>\n", "<__main__.MyLocal at 0x0>"))

    def test_before_needs_both_and_their_order(self):
        expected = "== set .\na\na\nb\n== before a => b\n"
        self.assertTrue(accepts(expected, "a", "a", "b"))
        self.assertFalse(accepts(expected, "a", "b", "a"))
        self.assertFalse(accepts("a\n== before a => b\n", "a"))


if __name__ == "__main__":
    unittest.main()
