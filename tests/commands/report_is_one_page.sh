# `inspector report` writes one page that needs nothing else, and which a checker of HTML finds whole.
write_inversion >two.std
expect 0 "$INSPECTOR" report two.std -o page.html
expect_nothing out
expect_nothing err
expect 0 "$INSPECTOR" report two.std
without_time() { # PAGE
  sed 's/[0-9.]* s</N s</' "$1"
}
without_time page.html >one
without_time out | cmp -s - one || fail "-o writes something else than the standard output gets"
expect 1 "$INSPECTOR" check --format html -o checked.html two.std
without_time checked.html | cmp -s - one || fail "check --format html writes another page"

# Nothing is fetched: the only addresses are names of XML.
whole() { # PAGE
  ! grep -qE '<(img|link|iframe|object|embed|base|image|use|script [^t])' "$1" || fail "$1 refers to something outside"
  ! grep -oE '[a-z]+://[^"'\'' )<]*' "$1" | grep -vxE 'http://www.w3.org/(2000/svg|1999/xlink)' | grep -q . || fail "$1 holds an address"
  ! command -v tidy >/dev/null || {
    # Measures in points and tooltips of SVG are unknown to it.
    tidy -e -q "$1" 2>&1 | grep -vE '<svg> attribute "(width|height)" has invalid value|proprietary attribute "xlink:title"|anchor ".*" already defined' >tidy.out || :
    [ ! -s tidy.out ] || fail "$1: $(head -5 tidy.out)"
  }
}
whole page.html
grep -q 'id="D1"' page.html || fail "the finding is not there"
grep -q 'class=js href="#timeline" data-around="D1"' page.html || fail "no way into the timeline"
grep -q '<h4>What it means</h4>' page.html || fail "the page does not explain"

# A program that hangs is shown as it stands.
! grep -q 'Who waits for whom' page.html || fail "nobody hangs there"
expect 0 "$INSPECTOR" report "$TESTS/golden/pictures.std" -o hung.html
whole hung.html
grep -q 'Who waits for whom at the end' hung.html || fail "the hang is not drawn"

# Names of strangers are text, in markup, data and pictures.
{
  for name in '<script>alert(1)</script>' '</script><b>' '\"><img src=x>' '<!--' ']]>' '&lt;' '\xff\xfe' "'"; do
    printf '"1%s"|acq("%s")|1\n"1%s"|acq(B)|2\n"1%s"|rel(B)|3\n"1%s"|rel("%s")|4\n' "$name" "$name" "$name" "$name" "$name" "$name"
    printf '"2%s"|acq(B)|5\n"2%s"|acq("%s")|6\n"2%s"|rel("%s")|7\n"2%s"|rel(B)|8\n' "$name" "$name" "$name" "$name" "$name" "$name"
  done
} >names.std
expect 0 "$INSPECTOR" report names.std -o names.html
whole names.html
! grep -q '<script>alert\|<img' names.html || fail "a name has become markup"

# Hardly anything there.
echo '# nothing' >empty.std
echo 'T1|acq(A)|1' >one.std
for trace in empty one; do
  expect 0 "$INSPECTOR" report $trace.std -o $trace.html
  whole $trace.html
done
grep -q 'nothing was recorded' empty.html || fail "an empty trace is not said to be empty"

# A part of the trace.
expect 0 "$INSPECTOR" report two.std --around D1 --lock A --thread T1 --from 1 --to 4 -o part.html
expect 2 "$INSPECTOR" report two.std --lock nosuch -o part2.html
expect_line 'there is no lock nosuch'
[ ! -e part2.html ] || fail "a page was written after all"
expect 2 "$INSPECTOR" report two.std --around D9
expect_line 'there is no finding D9'

# Trouble.
expect 2 "$INSPECTOR" report
expect_line 'name a recording'
expect 2 "$INSPECTOR" report nosuch.std
expect_line 'nosuch.std'
expect 2 "$INSPECTOR" report two.std -o nowhere/page.html
expect_line 'nowhere/page.html'
for trace in times-wrap header-only threads-unlikely thread-waits-for-itself; do
  "$INSPECTOR" report -o $trace.html "$TESTS/format/hostile/$trace.trace" 2>/dev/null || [ $? = 2 ] || fail "report $trace"
  [ ! -e $trace.html ] || whole $trace.html
done
