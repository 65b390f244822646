/* condition_two_mutexes - two threads wait on one condition, each with its own mutex.
 *
 * Wrong: while threads wait, a condition belongs to one mutex (POSIX: otherwise undefined). The waker cannot hold both, so one of
 * the two can miss its wake-up.
 * The inspector says: condition-two-mutexes; an error, because both wait at the same time. */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_mutex_t reader_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t writer_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool reader_waits, reader_may_go, writer_waits, writer_may_go;

static void *reader(void *unused) {
  pthread_mutex_lock(&reader_lock);
  reader_waits = true;
  while (!reader_may_go)
    pthread_cond_wait(&changed, &reader_lock);
  pthread_mutex_unlock(&reader_lock);
  return unused;
}

static void *writer(void *unused) {
  pthread_mutex_lock(&writer_lock);
  writer_waits = true;
  while (!writer_may_go)
    pthread_cond_wait(&changed, &writer_lock); /* BUG */
  pthread_mutex_unlock(&writer_lock);
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
  await(&reader_lock, &reader_waits);
  pthread_create(&second, NULL, writer, NULL);
  await(&writer_lock, &writer_waits);
  release(&reader_lock, &reader_may_go);
  release(&writer_lock, &writer_may_go);
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  printf("both woke up\n");
  return 0;
}
