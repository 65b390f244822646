# inspector.1 from the list of commands: name, then its summary.
function escape(text) {
  gsub(/-/, "\\-", text)
  return text
}

BEGIN {
  print ".TH INSPECTOR 1 \"\" \"Track " version "\" \"Track\""
  print ".SH NAME\ninspector \\- find deadlocks and misused locks in threaded programs"
  print ".SH SYNOPSIS\n.B inspector\nCOMMAND [ARGUMENTS...]"
  print ".SH DESCRIPTION\nRecords what the threads of a program do, as it is, without a rebuild, and tells what is wrong with its locking."
  print "Start with\n.PP\n.RS\ninspector run \\-\\- ./program\n.RE\n.SH COMMANDS"
}
{
  name = $1
  sub(/^[^ ]+ /, "")
  print ".TP\n.BR inspector\\-" escape(name) " (1)\n" escape($0)
  see = see (see ? ",\n" : "") ".BR inspector\\-" escape(name) " (1)"
}
END {
  print ".SH ENVIRONMENT\n.TP\n.B TRACK_OPTIONS\nOptions of the recorder, key=value separated by colons; help=1 prints them."
  print ".TP\n.B TRACK_LIBRARY\nThe recorder to preload instead of the one that was installed with this program."
  print ".TP\n.B NO_COLOR\nNo colours when set."
  print ".SH SEE ALSO"
  print see
}
