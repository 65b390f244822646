/* Threads at random work on shared mutexes, spin locks, rwlocks, binary semaphores and a condition. Whoever holds one writes its own
 * number into that one's log; a file named by the argument gets a line for each: address, then the numbers in order. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SETS = 4, THREADS = 6, STEPS = 3000, KINDS = 4, LOG = THREADS * STEPS * 2 };

struct log {
  int n;
  short who[LOG];
};

static struct set {
  pthread_mutex_t mutex;
  pthread_spinlock_t spin;
  pthread_rwlock_t rwlock;
  sem_t semaphore;
  struct log log[KINDS];
} sets[SETS];
static pthread_mutex_t condition_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static struct log condition_log;
static pthread_barrier_t barrier;

static void note(struct log *log, int me) {
  log->who[log->n++] = (short)me;
}

static struct timespec soon(long ns) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += ns;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void use_mutex(struct set *set, int me, unsigned way) {
  struct timespec until = soon(999999999);
  if (way == 1 && pthread_mutex_trylock(&set->mutex))
    return;
  if (way == 2 && pthread_mutex_timedlock(&set->mutex, &until))
    return;
  if (way == 0)
    pthread_mutex_lock(&set->mutex);
  note(&set->log[0], me);
  pthread_mutex_unlock(&set->mutex);
}

static void use_rwlock(struct set *set, int me, unsigned way) {
  if (way)
    pthread_rwlock_rdlock(&set->rwlock);
  else {
    pthread_rwlock_wrlock(&set->rwlock);
    note(&set->log[2], me);
  }
  pthread_rwlock_unlock(&set->rwlock);
}

static void use_condition(int me, unsigned way) {
  struct timespec until = soon(20000);
  pthread_mutex_lock(&condition_mutex);
  note(&condition_log, me);
  if (way == 0) {
    pthread_cond_timedwait(&condition, &condition_mutex, &until);
    note(&condition_log, me);
  } else if (way == 1)
    pthread_cond_signal(&condition);
  else
    pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&condition_mutex);
}

static void *work(void *number) {
  int me = *(int *)number;
  unsigned random = (unsigned)me * 7919 + 1;
  for (int i = 0; i < STEPS; i++) {
    random = random * 1103515245 + 12345;
    struct set *set = &sets[(random >> 16) % SETS];
    unsigned kind = (random >> 20) % (KINDS + 1), way = (random >> 24) % 3;
    if (i % 500 == 0)
      pthread_barrier_wait(&barrier);
    if (kind == 0)
      use_mutex(set, me, way);
    else if (kind == 1) {
      pthread_spin_lock(&set->spin);
      note(&set->log[1], me);
      pthread_spin_unlock(&set->spin);
    } else if (kind == 2)
      use_rwlock(set, me, way);
    else if (kind == 3) {
      while (sem_wait(&set->semaphore))
        ;
      note(&set->log[3], me);
      sem_post(&set->semaphore);
    } else
      use_condition(me, way);
  }
  return NULL;
}

static void write_log(FILE *file, const void *address, const struct log *log) {
  fprintf(file, "%lx", (unsigned long)address);
  for (int i = 0; i < log->n; i++)
    fprintf(file, " %d", log->who[i]);
  fputc('\n', file);
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  int numbers[THREADS];
  for (int i = 0; i < SETS; i++) {
    pthread_mutex_init(&sets[i].mutex, NULL);
    pthread_spin_init(&sets[i].spin, PTHREAD_PROCESS_PRIVATE);
    pthread_rwlock_init(&sets[i].rwlock, NULL);
    sem_init(&sets[i].semaphore, 0, 1);
  }
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i + 2; /* as the recording numbers them */
    if (pthread_create(&threads[i], NULL, work, &numbers[i]))
      abort();
  }
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  FILE *file = argc > 1 ? fopen(argv[1], "w") : NULL;
  if (!file)
    return 0;
  for (int i = 0; i < SETS; i++) {
    const void *addresses[KINDS] = {&sets[i].mutex, (const void *)&sets[i].spin, &sets[i].rwlock, &sets[i].semaphore};
    for (int kind = 0; kind < KINDS; kind++)
      write_log(file, addresses[kind], &sets[i].log[kind]);
  }
  write_log(file, &condition_mutex, &condition_log);
  return fclose(file);
}
