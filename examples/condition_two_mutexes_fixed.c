/* condition_two_mutexes_fixed - condition_two_mutexes, repaired: one mutex for everything the condition is about. */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_mutex_t state_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool reader_waits, reader_may_go, writer_waits, writer_may_go;

static void *reader(void *unused) {
  pthread_mutex_lock(&state_lock);
  reader_waits = true;
  while (!reader_may_go)
    pthread_cond_wait(&changed, &state_lock);
  pthread_mutex_unlock(&state_lock);
  return unused;
}

static void *writer(void *unused) {
  pthread_mutex_lock(&state_lock);
  writer_waits = true;
  while (!writer_may_go)
    pthread_cond_wait(&changed, &state_lock);
  pthread_mutex_unlock(&state_lock);
  return unused;
}

/* Returns when the flag was seen under its lock: then its thread is inside the wait. */
static void await(pthread_mutex_t *lock, const bool *flag) {
  for (bool seen = false; !seen; sched_yield()) {
    pthread_mutex_lock(lock);
    seen = *flag;
    pthread_mutex_unlock(lock);
  }
}

static void release(pthread_mutex_t *lock, bool *flag) {
  pthread_mutex_lock(lock);
  *flag = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(lock);
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, NULL, reader, NULL);
  await(&state_lock, &reader_waits);
  pthread_create(&second, NULL, writer, NULL);
  await(&state_lock, &writer_waits);
  release(&state_lock, &reader_may_go);
  release(&state_lock, &writer_may_go);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("both woke up\n");
  return 0;
}
