# One page out of the help that argp prints: usage, text, options (two blanks or more and a dash), text.
function escape(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  sub(/^[.']/, "\\\\\\&&", text)
  return text
}

# "  -o, --output=FILE          Write ..." as a tagged paragraph; the text may stand on the next line.
function option(line,    at) {
  sub(/^ +/, "", line)
  at = match(line, /   +/)
  print ".TP"
  print ".B " escape(at ? substr(line, 1, at - 1) : line)
  if (at)
    print escape(substr(line, at + RLENGTH))
}

NR == 1 {
  title = toupper(page)
  print ".TH " escape(title) " 1 \"\" \"Track " version "\" \"Track\""
  print ".SH NAME\n" escape(page) " \\- " escape(summary)
  sub(/^Usage: /, "")
  print ".SH SYNOPSIS\n.B " escape($1 " " $2)
  sub(/^[^ ]+ [^ ]+ /, "")
  print escape($0)
  print ".SH DESCRIPTION"
  next
}
/^ +-/ {
  if (!in_options)
    print ".SH OPTIONS"
  in_options = 1
  option($0)
  next
}
in_options && /^          / {
  sub(/^ +/, "")
  print escape($0)
  next
}
/^$/ {
  blank = 1
  next
}
{
  if (in_options) {
    print ".SH NOTES"
    in_options = 0
  } else if (blank && started && !/^Exit status: /)
    print ".PP"
  if (/^Exit status: /) {
    print ".SH EXIT STATUS"
    sub(/^Exit status: /, "")
  }
  blank = 0
  started = 1
  print escape($0)
}
END { print ".SH SEE ALSO\n.BR inspector (1)" }
