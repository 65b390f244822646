/* Two circles whose locks are all taken through one function: a flag keeps the threads of one apart, nothing those of the other. */
#include <pthread.h>
#include <sched.h>

#include "in_turn.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t c = PTHREAD_MUTEX_INITIALIZER, d = PTHREAD_MUTEX_INITIALIZER;
static int is_done;

static void __attribute__((noinline)) take(pthread_mutex_t *lock) {
  pthread_mutex_lock(lock);
  __asm__ volatile("" ::: "memory");
}

static void __attribute__((noinline)) both(pthread_mutex_t *first, pthread_mutex_t *second) {
  take(first);
  take(second);
  pthread_mutex_unlock(second);
  pthread_mutex_unlock(first);
}

static void *real_one(void *unused) {
  both(&a, &b);
  turn_is_over();
  return unused;
}

static void *real_two(void *unused) {
  wait_for_turn();
  both(&b, &a);
  return unused;
}

static void *kept_apart_one(void *unused) {
  both(&c, &d);
  __atomic_store_n(&is_done, 1, __ATOMIC_SEQ_CST);
  return unused;
}

static void *kept_apart_two(void *unused) {
  while (!__atomic_load_n(&is_done, __ATOMIC_SEQ_CST))
    sched_yield();
  both(&d, &c);
  return unused;
}

int main(void) {
  void *(*const routines[])(void *) = {real_one, real_two, kept_apart_one, kept_apart_two};
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, routines[i], NULL);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
