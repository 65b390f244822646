# Reports for services are read by what is not ours, whatever a program calls its things: SARIF by the schema, JUnit XML by xmllint and
# junitparser, GitHub's commands by its own library, Markdown by GitHub's parser, GitLab's list by Python.
here="$TESTS/formats"
[ -d "$here/node_modules/ajv-draft-04" ] || skip "tests/formats/node_modules is not there: script/bootstrap installs it by npm"
command -v node >/dev/null && command -v xmllint >/dev/null && command -v cmark-gfm >/dev/null || skip "needs node, xmllint and cmark-gfm"
/usr/bin/python3 -c 'import junitparser' 2>/dev/null || skip "needs python3-junitparser"
unset GITHUB_STEP_SUMMARY

n=0
reports() { # TRACE: a folder, $now, with it in every format
  n=$((n + 1))
  now=reports/$n
  mkdir -p $now
  printf '%s\n' "$1" >$now/trace
  for format in sarif junit github gitlab markdown; do
    "$INSPECTOR" check --all --format $format -o $now/report.$format "$1" 2>$now/err || [ $? = 1 ] || [ $? = "${2-1}" ] || fail "check --format $format $1"
  done
  cmark-gfm -e table -e autolink -e tagfilter --unsafe $now/report.markdown >$now/report.markdown.html || fail "$1 as Markdown"
}
check_all() {
  node "$here/validate.js" sarif reports/*/report.sarif >why 2>&1 || fail "SARIF: $(head -5 why)"
  node "$here/validate.js" github reports/*/report.github >why 2>&1 || fail "GitHub: $(head -5 why)"
  xmllint --noout --relaxng "$here/junit.rng" reports/*/report.junit 2>why || fail "JUnit XML: $(grep -v validates why | head -5)"
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$here/validate.py" reports/* || fail "formats differ"
}

# The check can fail.
write_inversion >two.std
reports two.std
check_all
sed 's/"level": "error"/"level": "bad"/' $now/report.sarif >bad.sarif
! node "$here/validate.js" sarif bad.sarif 2>/dev/null || fail "the schema accepts anything"
sed 's/](1)/](9)/' $now/report.sarif >bad.sarif
! node "$here/validate.js" sarif bad.sarif 2>/dev/null || fail "links may lead anywhere"
sed 's/<testcase /<testcase bad="" /' $now/report.junit >bad.junit
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
reports 'names "%<&>|`,:;{}[](1)ü#?.std'
[ ! -s $now/err ] || fail "not a good trace: $(cat $now/err)"
[ "$(grep -c '^::error ' $now/report.github)" = 23 ] || fail "not a finding for each name"
! grep -q '^::error::owned' $now/report.github || fail "a name has become a command"
! grep -q '<b>\|<script\|href' $now/report.markdown.html || fail "a name has become markup"
grep -q '\] (http://evil)' $now/report.sarif || fail "a name has become a link"

# Little and much, damaged, and a program with threads, files and libraries.
echo '# nothing' >empty.std
reports empty.std
grep -q '<skipped' $now/report.junit || fail "an empty recording has passed"
reports "$TESTS/golden/pictures.std"
printf 'T1|acq(A)|1\nT1|acq(B)|2\nT1|rel(B)|3\nT1|rel(A)|4\nT1|acq(B)|5\nT1|acq(A)|6\nT1|rel(A)|7\nT1|rel(B)|8\n' >alone.std
reports alone.std
grep -q '"benign": "one-thread"' $now/report.sarif || fail "the circle of one thread is not shown"
for trace in times-wrap header-only threads-unlikely thread-waits-for-itself; do
  reports "$TESTS/format/hostile/$trace.trace" 2
done
# A check that could not be done, or saw too little, is not one that found nothing.
mkdir reports/nothing
for format in sarif junit github markdown; do
  expect 2 "$INSPECTOR" check --format $format -o reports/nothing/report.$format nosuch.std
  expect_line nosuch.std
done
echo '[]' >reports/nothing/report.gitlab
cmark-gfm -e table reports/nothing/report.markdown >reports/nothing/report.markdown.html
expect 2 "$INSPECTOR" check --format gitlab -o none.gitlab nosuch.std
[ ! -e none.gitlab ] || fail "nothing is said to have been found"
expect 2 "$INSPECTOR" check --require-events 99 --format junit -o few.junit two.std
xmllint --noout --relaxng "$here/junit.rng" few.junit 2>why || fail "JUnit XML: $(cat why)"
grep -q '<error message="only 8 events were recorded, 99 are required" type="recording"/>' few.junit || fail "too few events are no error"
expect 0 "$INSPECTOR" record "$PROGRAMS/locks"
reports locks.track
expect 0 "$INSPECTOR" run --format sarif -- "$PROGRAMS/locks"
expect_nothing out
node "$here/validate.js" sarif "$scratch/err" >why 2>&1 || fail "run writes something else"
expect 0 "$INSPECTOR" record -o late.track "$PROGRAMS/late_inversion"
expect 1 "$INSPECTOR" confirm --format sarif -o confirmed.sarif late.track -- "$PROGRAMS/late_inversion"
grep -q '"verdict": "confirmed"' confirmed.sarif || fail "SARIF does not say confirmed"
node "$here/validate.js" sarif confirmed.sarif || fail "confirm writes something else"
check_all

# Same input, same bytes.
"$INSPECTOR" check --format sarif two.std >one.sarif || :
"$INSPECTOR" check --format sarif two.std | cmp -s - one.sarif || fail "two reports of one trace differ"
