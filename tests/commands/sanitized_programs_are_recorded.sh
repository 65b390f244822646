# A program that needs a sanitizer's library first gets it first, and what the sanitizer intercepts is recorded all the same.
cat >program.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waits, answered;
static void *waiter(void *unused) {
  pthread_mutex_lock(&lock);
  waits = 1;
  pthread_cond_broadcast(&changed);
  while (!answered)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return unused;
}
int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_mutex_lock(&lock);
  while (!waits)
    pthread_cond_wait(&changed, &lock);
  answered = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  pthread_join(thread, NULL);
  return 5;
}
END
tried=no
for sanitizer in address thread; do
  "$CC" -pthread -fsanitize=$sanitizer program.c -o program 2>/dev/null && ./program || [ $? = 5 ] || continue
  tried=yes
  expect 5 "$INSPECTOR" record ./program
  expect_nothing err
  expect 0 "$INSPECTOR" dump program.track
  for event in wait wake broadcast join; do
    expect_out "|$event("
  done
done
[ $tried = yes ] || skip "no sanitizer works here"
