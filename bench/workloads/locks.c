/* locks.c - mutexes and spin locks: free, private, fought for, nested, many. */
#include "workload.h"

#include <pthread.h>
#include <stdlib.h>

enum { N_MANY = 1000000 };

static pthread_mutex_t locks[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static volatile unsigned long counter;

double run_pair(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_mutex_lock(&locks[0]);
    counter++;
    pthread_mutex_unlock(&locks[0]);
  }
  return now_ns() - begin;
}

double run_trylock(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    must(pthread_mutex_trylock(&locks[0]), "pthread_mutex_trylock");
    counter++;
    pthread_mutex_unlock(&locks[0]);
  }
  return now_ns() - begin;
}

double run_nested(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    for (int k = 0; k < 3; k++)
      pthread_mutex_lock(&locks[k]);
    counter++;
    for (int k = 3; k-- > 0;)
      pthread_mutex_unlock(&locks[k]);
  }
  return now_ns() - begin;
}

double run_recursive(unsigned long operations) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t lock;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  must(pthread_mutex_init(&lock, &attributes), "pthread_mutex_init");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&lock);
  }
  double end = now_ns();
  pthread_mutex_destroy(&lock);
  pthread_mutexattr_destroy(&attributes);
  return end - begin;
}

static void private_body(const struct worker *worker) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  volatile unsigned long own = 0;
  for (unsigned long i = 0; i < worker->operations; i++) {
    pthread_mutex_lock(&lock);
    own++;
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_destroy(&lock);
}

double run_private(unsigned long operations) {
  return run_threads(thread_count(), operations / thread_count(), private_body, NULL);
}

static void contended_body(const struct worker *worker) {
  for (unsigned long i = 0; i < worker->operations; i++) {
    pthread_mutex_lock(&locks[0]);
    counter++;
    pthread_mutex_unlock(&locks[0]);
  }
}

double run_contended(unsigned long operations) {
  return run_threads(thread_count(), operations / thread_count(), contended_body, NULL);
}

double run_many_locks(unsigned long operations) {
  pthread_mutex_t *many = malloc(N_MANY * sizeof *many);
  if (!many)
    must(12, "malloc");
  for (int i = 0; i < N_MANY; i++)
    pthread_mutex_init(&many[i], NULL);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_mutex_t *lock = &many[i * 7919 % N_MANY];
    pthread_mutex_lock(lock);
    counter++;
    pthread_mutex_unlock(lock);
  }
  double end = now_ns();
  free(many);
  return end - begin;
}

double run_spin(unsigned long operations) {
  pthread_spinlock_t lock;
  must(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE), "pthread_spin_init");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    pthread_spin_lock(&lock);
    counter++;
    pthread_spin_unlock(&lock);
  }
  double end = now_ns();
  pthread_spin_destroy(&lock);
  return end - begin;
}
