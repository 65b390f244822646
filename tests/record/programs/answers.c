/* Every call's answer on every kind of lock, errno kept: the wrappers must change none of them. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>

static struct timespec soon(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  t.tv_nsec += 2000000;
  if (t.tv_nsec >= 1000000000) {
    t.tv_nsec -= 1000000000;
    t.tv_sec++;
  }
  return t;
}

#define SHOW(call)                                                                                                                         \
  do {                                                                                                                                     \
    errno = 77;                                                                                                                            \
    int answer_ = (call);                                                                                                                  \
    printf("%s = %d, errno %d\n", #call, answer_, errno);                                                                                  \
  } while (0)

static void show_mutex(int type) {
  pthread_mutexattr_t a;
  pthread_mutex_t m;
  struct timespec real = soon(CLOCK_REALTIME), bad = {0, -1};
  printf("mutex of type %d\n", type);
  pthread_mutexattr_init(&a);
  pthread_mutexattr_settype(&a, type);
  SHOW(pthread_mutex_init(&m, &a));
  SHOW(pthread_mutex_lock(&m));
  SHOW(pthread_mutex_trylock(&m));
  SHOW(pthread_mutex_timedlock(&m, &real));
  if (type != PTHREAD_MUTEX_NORMAL)
    SHOW(pthread_mutex_lock(&m));
  SHOW(pthread_mutex_timedlock(&m, &bad));
  SHOW(pthread_mutex_destroy(&m));
  while (pthread_mutex_unlock(&m) == 0 && type == PTHREAD_MUTEX_RECURSIVE)
    ;
  if (type != PTHREAD_MUTEX_NORMAL)
    SHOW(pthread_mutex_unlock(&m));
  SHOW(pthread_mutex_clocklock(&m, CLOCK_PROCESS_CPUTIME_ID, &real));
  SHOW(pthread_mutex_destroy(&m));
}

static void show_rwlock(void) {
  pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
  struct timespec real = soon(CLOCK_REALTIME), steady = soon(CLOCK_MONOTONIC);
  SHOW(pthread_rwlock_rdlock(&l));
  SHOW(pthread_rwlock_rdlock(&l));
  SHOW(pthread_rwlock_trywrlock(&l));
  SHOW(pthread_rwlock_timedwrlock(&l, &real));
  SHOW(pthread_rwlock_unlock(&l));
  SHOW(pthread_rwlock_unlock(&l));
  SHOW(pthread_rwlock_wrlock(&l));
  SHOW(pthread_rwlock_wrlock(&l));
  SHOW(pthread_rwlock_rdlock(&l));
  SHOW(pthread_rwlock_clockrdlock(&l, CLOCK_MONOTONIC, &steady));
  SHOW(pthread_rwlock_unlock(&l));
  SHOW(pthread_rwlock_destroy(&l));
}

static void show_semaphore(void) {
  sem_t s;
  struct timespec real = soon(CLOCK_REALTIME);
  SHOW(sem_init(&s, 0, 1));
  SHOW(sem_wait(&s));
  SHOW(sem_trywait(&s));
  SHOW(sem_timedwait(&s, &real));
  SHOW(sem_post(&s));
  SHOW(sem_destroy(&s));
  SHOW(sem_init(&s, 0, 0x7fffffff));
  SHOW(sem_post(&s));
  SHOW(sem_destroy(&s));
}

static void show_condition(void) {
  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t c = PTHREAD_COND_INITIALIZER;
  struct timespec real = soon(CLOCK_REALTIME), steady = soon(CLOCK_MONOTONIC), bad = {0, 1000000000};
  SHOW(pthread_mutex_lock(&m));
  SHOW(pthread_cond_timedwait(&c, &m, &real));
  SHOW(pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC, &steady));
  SHOW(pthread_cond_timedwait(&c, &m, &bad));
  SHOW(pthread_cond_signal(&c));
  SHOW(pthread_mutex_unlock(&m));
}

static int nothing(void *argument) { return argument != NULL; }

static void show_c11(void) {
  mtx_t m;
  thrd_t t;
  int result = 9;
  struct timespec real = soon(CLOCK_REALTIME);
  SHOW(mtx_init(&m, mtx_timed | mtx_recursive));
  SHOW(mtx_lock(&m));
  SHOW(mtx_trylock(&m));
  SHOW(mtx_timedlock(&m, &real));
  SHOW(mtx_unlock(&m));
  SHOW(mtx_unlock(&m));
  SHOW(mtx_unlock(&m));
  SHOW(mtx_unlock(&m));
  mtx_destroy(&m);
  SHOW(thrd_create(&t, nothing, NULL));
  SHOW(thrd_join(t, &result));
  printf("%d\n", result);
}

static void show_join(void) {
  void *result;
  struct timespec real = soon(CLOCK_REALTIME);
  SHOW(pthread_join(pthread_self(), &result));
  SHOW(pthread_tryjoin_np(pthread_self(), &result));
  SHOW(pthread_timedjoin_np(pthread_self(), &result, &real));
}

int main(void) {
  show_mutex(PTHREAD_MUTEX_NORMAL);
  show_mutex(PTHREAD_MUTEX_RECURSIVE);
  show_mutex(PTHREAD_MUTEX_ERRORCHECK);
  show_rwlock();
  show_semaphore();
  show_condition();
  show_c11();
  show_join();
  return 3;
}
