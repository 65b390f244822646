/* benign_ordered_by_join - opposite order in two threads that never live at the same time.
 *
 * Right: the second thread is started when the first has been joined.
 * The inspector says nothing; with --all: benign, ordered by start and join. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t input = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static int records;

static void *fill(void *unused) {
  pthread_mutex_lock(&input);
  pthread_mutex_lock(&output);
  records = 3;
  pthread_mutex_unlock(&output);
  pthread_mutex_unlock(&input);
  return unused;
}

static void *drain(void *unused) {
  pthread_mutex_lock(&output);
  pthread_mutex_lock(&input);
  records = 0;
  pthread_mutex_unlock(&input);
  pthread_mutex_unlock(&output);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, fill, NULL);
  pthread_join(thread, NULL);
  pthread_create(&thread, NULL, drain, NULL);
  pthread_join(thread, NULL);
  printf("%d records left\n", records);
  return 0;
}
