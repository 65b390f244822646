# Names of strangers leave every format whole: quotes, control characters, what is no UTF-8, markup, 4096 bytes.
long=$(printf '%04096d' 0)
while read -r name; do
  for line in 'n1|acq("n")|1' 'n2|req("n")|2' 'n1|rel("n")|3' 'n2|acq("n",waited)|2' 'n2|rel("n")|4'; do
    printf '"%s%s"|%s"%s"%s\n' "$name" "$(echo "$line" | cut -c2)" "$(echo "$line" | cut -d'|' -f2 | cut -d'"' -f1)" "$name" \
      "$(echo "$line" | cut -d'"' -f3)"
  done
done >names.std <<END
<b>&amp;q\"\\\\ \x0a\x01end
</script>
ü漢字🙂
$long
*/ /*
%s%n %o0%
\xff\xfe
\\\\u0041
];
END
for format in perfetto json ctf std; do
  expect 0 "$INSPECTOR" export --format $format -o names.$format.out names.std
  expect_nothing err
done
python3 "$TESTS/commands/perfetto_check.py" names.perfetto.out handover=9 wait=9 hold=18 >/dev/null 2>problem ||
  fail "perfetto: $(tail -n 1 problem)"
cat >names.py <<'END'
import json
def names_of(rows):
    return {row["name"] for row in rows}
wanted = {'<b>&amp;q"\\ \n\x01end', "</script>", "ü漢字🙂", "0" * 4096, "*/ /*", "%s%n %o0%", "\ufffd\ufffd", "\\u0041", "];"}
process = json.load(open("names.json.out", encoding="utf-8", errors="strict"))["processes"][0]
assert names_of(process["objects"]) == wanted, names_of(process["objects"]) ^ wanted
assert names_of(process["threads"]) == {name + number for name in wanted for number in "12"}
shown = {event["name"] for event in json.load(open("names.perfetto.out", encoding="utf-8", errors="strict"))["traceEvents"]}
assert "waits for <b>&amp;q\"\\ \\x0a\\x01end" in shown and "\\xff\\xfe" in shown and "0" * 4096 in shown, shown
END
python3 names.py 2>problem || fail "json: $(tail -n 1 problem | cut -c1-300)"
"$INSPECTOR" check names.std.out >/dev/null || fail "std does not read back"
command -v babeltrace2 >/dev/null || skip "ctf: needs babeltrace2"
expect 0 babeltrace2 names.ctf.out
expect_nothing err
[ "$(wc -l <"$scratch/out")" = 45 ] || fail "not 45 events"
expect_out 'object = "</script>"'
expect_out 'object = "\*/ /\*"'
grep -qF 'object = "<b>&amp;q\"\\ \\x0a\\x01end"' "$scratch/out" || fail "escapes"
grep -qF "object = \"$long\"" "$scratch/out" || fail "4096 bytes"
