/* sample.c - the source that the golden reports quote. */
#include <pthread.h>

static pthread_mutex_t from = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t to = PTHREAD_MUTEX_INITIALIZER;

static void transfer(void) {
  pthread_mutex_lock(&from);
  pthread_mutex_lock(&to);
}

static void transfer_back(void) {
  pthread_mutex_lock(&to);
  pthread_mutex_lock(&from);	/* a tab before this */
}

void *worker(void *argument);
void *worker(void *argument) {
  transfer_back();
  transfer();
  return argument;
}
