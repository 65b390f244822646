# Same trace, same picture: one golden a view and more, which are looked at before they are committed.
golden="$TESTS/golden"
same() { # GOLDEN COMMAND ARGUMENTS
  name=$1
  shift
  expect 0 "$INSPECTOR" "$@"
  expect_nothing err
  cmp -s "$scratch/out" "$golden/$name" || {
    diff "$golden/$name" "$scratch/out" | head -20
    fail "$name is not what it was"
  }
}
same lock_graph.dot graph "$golden/pictures.std"
same lock_graph-guarded.dot graph "$golden/guarded.std"
same sequence.dot graph --finding D1 "$golden/pictures.std"
same timeline.dot timeline "$golden/pictures.std"
same timeline-around.dot timeline --around D1 "$golden/pictures.std"
same timeline-lost.dot timeline "$golden/lost.std"
same wait_for.dot graph --wait-for "$golden/pictures.std"
same wait_for-lost.dot graph --wait-for "$golden/lost.std"

expect 0 "$INSPECTOR" timeline -o drawn.dot "$golden/pictures.std"
cmp -s drawn.dot "$golden/timeline.dot" || fail "-o writes something else than the standard output gets"
expect 0 "$INSPECTOR" stats -o stats.dot "$golden/pictures.std"
cmp -s stats.dot "$golden/stats.dot" || fail "stats.dot is not what it was"
