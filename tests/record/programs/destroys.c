/* Conditions and barriers destroyed while their threads leave, which is right; with "waiter": while one still waits, which is not;
 * with "inherited": a forked child asks again for a mutex that it holds since before the fork. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 200, THREADS = 3 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t *condition;
static pthread_barrier_t barrier;
static bool is_ready;
static int waiting;

static void *wait_ready(void *argument) {
  pthread_mutex_lock(&lock);
  waiting++;
  while (!is_ready)
    pthread_cond_wait(condition, &lock);
  pthread_mutex_unlock(&lock);
  return argument;
}

static void *meet(void *argument) {
  if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
    pthread_barrier_destroy(&barrier);
  return argument;
}

static void run(pthread_t *thread, int n, void *(*work)(void *)) {
  for (int i = 0; i < n; i++)
    if (pthread_create(&thread[i], NULL, work, NULL))
      abort();
}

static void join(pthread_t *thread, int n) {
  for (int i = 0; i < n; i++)
    pthread_join(thread[i], NULL);
}

/* Returns with `lock` held and `n` threads inside the wait. */
static void lock_when_waiting(int n) {
  for (;;) {
    pthread_mutex_lock(&lock);
    if (waiting == n)
      return;
    pthread_mutex_unlock(&lock);
  }
}

static void begin(void) {
  condition = malloc(sizeof *condition);
  if (!condition || pthread_cond_init(condition, NULL))
    abort();
  is_ready = false;
  waiting = 0;
}

static void leave_in_order(void) {
  pthread_t thread[THREADS];
  begin();
  run(thread, THREADS, wait_ready);
  lock_when_waiting(THREADS);
  is_ready = true;
  pthread_cond_broadcast(condition);
  pthread_mutex_unlock(&lock);
  pthread_cond_destroy(condition);
  free(condition);
  join(thread, THREADS);
  pthread_barrier_init(&barrier, NULL, THREADS);
  run(thread, THREADS, meet);
  join(thread, THREADS);
}

static void destroy_under_waiter(void) {
  pthread_t thread;
  begin();
  run(&thread, 1, wait_ready);
  lock_when_waiting(1);
  pthread_mutex_unlock(&lock);
  alarm(1);
  pthread_cond_destroy(condition); /* waits for ever */
}

static int relock_in_child(void) {
  int status = 0;
  pthread_mutex_lock(&lock);
  if (!fork()) {
    pthread_mutex_lock(&lock);
    _exit(0);
  }
  wait(&status);
  pthread_mutex_unlock(&lock);
  return WIFSIGNALED(status) ? 5 : 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "waiter"))
    destroy_under_waiter();
  if (argc > 1 && !strcmp(argv[1], "inherited"))
    return relock_in_child();
  for (int i = 0; i < ROUNDS; i++)
    leave_in_order();
  puts("done");
  return 0;
}
