/* use_after_destroy - a mutex is locked after it was destroyed.
 *
 * Wrong: shut_down() destroys the lock; log_line() is called once more afterwards. glibc answers EINVAL, nobody looks, and the
 * section runs without a lock.
 * The inspector says: use-after-destroy, with the place where it was destroyed. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t log_lock;
static int lines;

static void log_line(const char *text) {
  pthread_mutex_lock(&log_lock); /* BUG */
  printf("%d: %s\n", ++lines, text);
  pthread_mutex_unlock(&log_lock);
}

static void shut_down(void) {
  pthread_mutex_destroy(&log_lock);
}

int main(void) {
  pthread_mutex_init(&log_lock, NULL);
  log_line("started");
  shut_down();
  log_line("stopped");
  return 0;
}
