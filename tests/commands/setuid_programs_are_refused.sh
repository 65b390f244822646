# The loader ignores LD_PRELOAD when a program gains rights by being run, and only then.
[ "$(id -u)" = 0 ] || skip "needs root to give a file to somebody else"
echo 'int main(void) { return 0; }' >program.c
"$CC" program.c -o program
for who in uid gid; do
  cp program gaining
  if [ $who = uid ]; then
    chown nobody gaining && chmod 4755 gaining
  else
    chgrp nogroup gaining && chmod 2755 gaining
  fi
  expect 2 "$INSPECTOR" record ./gaining
  expect_line "./gaining: cannot be recorded: it is set$who"
  rm gaining
done
cp program own && chmod 6755 own
expect 0 "$INSPECTOR" record ./own
