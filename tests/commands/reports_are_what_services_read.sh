# Reports for services are read by what is not ours, whatever a program calls its things: SARIF by the schema, JUnit XML by xmllint and
# junitparser, GitHub's commands by its own library, Markdown by GitHub's parser, GitLab's list by Python.
here="$TESTS/formats"
[ -d "$here/node_modules/ajv-draft-04" ] || skip "tests/formats/node_modules is not there: script/bootstrap installs it by npm"
command -v node >/dev/null && command -v xmllint >/dev/null && command -v cmark-gfm >/dev/null || skip "needs node, xmllint and cmark-gfm"
/usr/bin/python3 -c 'import junitparser' 2>/dev/null || skip "needs python3-junitparser"
unset GITHUB_STEP_SUMMARY

valid() { # TRACE: in every format
  for format in sarif junit github gitlab markdown; do
    "$INSPECTOR" check --all --format $format "$1" >"report.$format" 2>err || [ $? != 2 ] || [ "$2" = damaged ] || fail "check --format $format $1"
  done
  node "$here/validate.js" sarif report.sarif >why 2>&1 || fail "$1 as SARIF: $(head -5 why)"
  node "$here/validate.js" github report.github >commands.json 2>why || fail "$1 for GitHub: $(head -5 why)"
  xmllint --noout --relaxng "$here/junit.rng" report.junit 2>why || fail "$1 as JUnit XML: $(head -5 why)"
  cmark-gfm -e table -e autolink -e tagfilter --unsafe report.markdown >report.md.html || fail "$1 as Markdown"
  /usr/bin/python3 "$here/validate.py" report.sarif report.junit commands.json report.gitlab report.md.html || fail "$1: formats differ"
}

# The check can fail.
write_inversion >two.std
valid two.std ""
sed 's/"level": "error"/"level": "bad"/' report.sarif >bad.sarif
! node "$here/validate.js" sarif bad.sarif 2>/dev/null || fail "the schema accepts anything"
sed 's/](1)/](9)/' report.sarif >bad.sarif
! node "$here/validate.js" sarif bad.sarif 2>/dev/null || fail "links may lead anywhere"
sed 's/<testcase /<testcase bad="" /' report.junit >bad.junit
! xmllint --noout --relaxng "$here/junit.rng" bad.junit 2>/dev/null || fail "the grammar accepts anything"
echo '::error file=a%b::c' >bad.github
! node "$here/validate.js" github bad.github >/dev/null 2>&1 || fail "GitHub's library accepts anything"

# Names that would be markup, commands, links or line breaks, for threads and locks, and for the file.
{
  for name in '<script>alert(1)</script>' ']]>' '&lt;' "'" '\"><b>' '\xff\xfe' '\xef\xbf\xbe\xef\xbf\xbf' '\x0a::error::owned' '\x0d\x0a%0A%25,:' '[x](http://evil)' \
    '](1)' '{0}' 'a\x7cb' '`x` ``y`` \\\x7c' '```\x0a<b>' '@somebody #1' '\\' '\x1b[31m' '\xe2\x80\xae' '' ' ' 'T' 'http://evil www.evil.org a@b.org'; do
    for line in 'acq("%s")|1' 'acq(B)|2' 'rel(B)|3' 'rel("%s")|4'; do
      printf "\"1%s\"|$line\n" "$name" "$name"
    done
    for line in 'acq(B)|5' 'acq("%s")|6' 'rel("%s")|7' 'rel(B)|8'; do
      printf "\"2%s\"|$line\n" "$name" "$name"
    done
  done
} >'names "%<&>|`,:;{}[](1)ü#?.std'
valid 'names "%<&>|`,:;{}[](1)ü#?.std' ""
! grep -q '^::error::owned' report.github || fail "a name has become a command"
! grep -q '<b>\|<script\|href' report.md.html || fail "a name has become markup"
! grep -q 'http://evil)' report.sarif || grep -q '\] (http' report.sarif || fail "a name has become a link"

# Little and much, damaged, and a program with threads, files and libraries.
echo '# nothing' >empty.std
valid empty.std ""
grep -q '<skipped' report.junit || fail "an empty recording has passed"
valid "$TESTS/golden/pictures.std" ""
for trace in times-wrap header-only threads-unlikely thread-waits-for-itself; do
  valid "$TESTS/format/hostile/$trace.trace" damaged
done
expect 0 "$INSPECTOR" record "$PROGRAMS/locks"
valid locks.track ""

# Same input, same bytes.
"$INSPECTOR" check --format sarif two.std >one.sarif || :
"$INSPECTOR" check --format sarif two.std | cmp -s - one.sarif || fail "two reports of one trace differ"
