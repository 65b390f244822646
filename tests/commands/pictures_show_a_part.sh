# --from, --to, --lock and --thread show a part, by time or by name.
pictures="$TESTS/golden/pictures.std"
timeline() {
  expect 0 "$INSPECTOR" timeline "$@" "$pictures"
}
timeline --thread B
expect_out 'holds journal'
! grep -q 'tooltip="A holds' "$scratch/out" || fail "another thread is there"
timeline --lock accounts
expect_out 'A holds accounts'
! grep -q 'holds queue' "$scratch/out" || fail "another lock is there"
timeline --lock acc
expect_out 'A holds accounts'
timeline --from 1 --to 12
expect_out 'B holds log'
! grep -q 'holds queue' "$scratch/out" || fail "what is later is there"
expect 2 "$INSPECTOR" timeline --lock nonsense "$pictures"
expect_line 'there is no lock nonsense'
expect 2 "$INSPECTOR" timeline --around D9 "$pictures"
expect_line 'there is no finding D9'
expect 2 "$INSPECTOR" graph --finding D9 "$pictures"
expect_line 'there is no finding D9'
for wrong in '--from x' '--to -1' '-o picture.txt' '-o picture' '--process 7'; do
  expect 2 "$INSPECTOR" timeline $wrong "$pictures"
  expect_line .
done
expect 2 "$INSPECTOR" graph -o /no/such/folder/picture.svg "$pictures"
expect_line 'picture.svg: cannot be written'
[ ! -e /dev/full ] || {
  expect 2 sh -c '"$1" graph "$2" >/dev/full' sh "$INSPECTOR" "$pictures"
  expect_line 'cannot be written'
}
