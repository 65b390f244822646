# A program that needs a sanitizer's library first gets it first.
echo 'int main(void) { return 5; }' >program.c
tried=no
for sanitizer in address thread; do
  "$CC" -fsanitize=$sanitizer program.c -o program 2>/dev/null && ./program || [ $? = 5 ] || continue
  tried=yes
  expect 5 "$INSPECTOR" record ./program
  expect_nothing err
done
[ $tried = yes ] || skip "no sanitizer works here"
