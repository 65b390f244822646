# Every format comes out whole, with nothing on stderr, whatever the names are.
draw() { # FILE COMMAND ARGUMENTS
  file=$1
  shift
  rm -f "$file"
  expect 0 "$INSPECTOR" "$@" -o "$file"
  expect_nothing err
  expect_nothing out
  [ -s "$file" ] || fail "$file is empty"
}
pictures="$TESTS/golden/pictures.std"
draw graph.svg graph "$pictures"
grep -q 'The program hangs here' graph.svg || fail "the graph does not tell the hang"
draw story.svg graph --finding d1 "$pictures"
grep -q 'asks for journal, held by B' story.svg || fail "the story does not tell who holds it"
draw timeline.svg timeline "$pictures"
grep -q 'never gets journal' timeline.svg || fail "the timeline does not tell what is never got"
draw picture.png timeline "$pictures"
[ "$(head -c 4 picture.png | tail -c 3)" = PNG ] || fail "no PNG"
draw picture.pdf graph "$pictures"
[ "$(head -c 4 picture.pdf)" = %PDF ] || fail "no PDF"

# Names of strangers.
long=$(printf '%04096d' 0)
for_names() { # COMMAND: for each hostile name in $name
  for name in '<b>&amp;q\"\\ \x0a\x01end' '\\N \\l \\' 'ü漢字🙂' "$long" '</svg>' '%s%n %o0%' '\xff\xfe' ']]>'; do
    "$1"
  done | sed 's/%%/%/g'
}
inversion() {
  printf '"1%s"|acq("%s")|1\n"1%s"|acq(B)|2\n"1%s"|rel(B)|3\n"1%s"|rel("%s")|4\n' "$name" "$name" "$name" "$name" "$name" "$name"
  printf '"2%s"|acq(B)|1\n"2%s"|acq("%s")|2\n"2%s"|rel("%s")|3\n"2%s"|rel(B)|4\n' "$name" "$name" "$name" "$name" "$name" "$name"
}
hang() {
  printf '"1%s"|acq("%s")|1\n"2%s"|acq("x%s")|2\n"1%s"|req("x%s")|3\n"2%s"|req("%s")|4\n' "$name" "$name" "$name" "$name" "$name" "$name" "$name" "$name"
  printf '"3%s"|acq("y%s")|1\n"3%s"|wait("c%s","y%s")|2\n' "$name" "$name" "$name" "$name" "$name"
}
for_names inversion >names.std
for_names hang >names-hang.std
draw names-graph.svg graph names.std
draw names-timeline.svg timeline names.std
for finding in D1 D2; do
  draw names-$finding.svg graph --finding $finding names.std
done
draw names-wait-for.svg graph --wait-for names-hang.std
draw names-hang.svg timeline names-hang.std
draw names-stats.svg stats names.std

# Hardly anything there.
echo '# nothing' >empty.std
echo 'T1|acq(A)|1' >one.std
for trace in empty one; do
  for command in graph timeline; do
    draw $trace-$command.svg $command $trace.std
  done
  draw $trace-wait-for.svg graph --wait-for $trace.std
  draw $trace-stats.svg stats $trace.std
done

# Times that no clock has, and other damage.
for trace in times-wrap header-only threads-unlikely; do
  for command in graph timeline; do
    "$INSPECTOR" $command -o $trace-$command.svg "$TESTS/format/hostile/$trace.trace" 2>/dev/null || [ $? = 2 ] || fail "$command $trace"
  done
  "$INSPECTOR" graph --wait-for -o $trace-wait-for.svg "$TESTS/format/hostile/$trace.trace" 2>/dev/null || [ $? = 2 ] || fail "--wait-for $trace"
done

# Ten thousand locks, some of them in cycles: a picture of the cycles.
awk 'BEGIN {
  for (i = 0; i < 10000; i++)
    printf "T%d|acq(L%d)|1\nT%d|acq(L%d)|2\nT%d|rel(L%d)|3\nT%d|rel(L%d)|4\n", i % 8, i, i % 8, i + 1, i % 8, i + 1, i % 8, i
  for (i = 0; i < 10000; i += 500)
    printf "T9|acq(L%d)|5\nT9|acq(L%d)|6\nT9|rel(L%d)|7\nT9|rel(L%d)|8\n", i + 1, i, i, i + 1
}' >many.std
draw many.svg graph many.std
grep -q '9961 locks in 9980 orders without cycles' many.svg || fail "the rest is not told"
draw many-timeline.svg timeline many.std
draw many-stats.svg stats --top 0 many.std

python3 -c 'import glob, xml.etree.ElementTree as tree
for file in glob.glob("*.svg"):
    assert tree.parse(file).getroot().tag.endswith("svg"), file' || fail "some SVG is not well-formed"
