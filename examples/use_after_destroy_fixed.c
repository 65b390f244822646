/* use_after_destroy_fixed - use_after_destroy, repaired: the last line is written before the shut-down. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t log_lock;
static int lines;

static void log_line(const char *text) {
  pthread_mutex_lock(&log_lock);
  printf("%d: %s\n", ++lines, text);
  pthread_mutex_unlock(&log_lock);
}

static void shut_down(void) {
  pthread_mutex_destroy(&log_lock);
}

int main(void) {
  pthread_mutex_init(&log_lock, NULL);
  log_line("started");
  log_line("stopped");
  shut_down();
  return 0;
}
