/* join_twice_fixed - join_twice, repaired: who joins forgets the handle. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_t worker;
static bool is_running;
static int work_done;

static void *work(void *unused) {
  work_done = 1;
  return unused;
}

static int stop(void) {
  if (!is_running)
    return 0;
  is_running = false;
  return pthread_join(worker, NULL);
}

int main(void) {
  is_running = pthread_create(&worker, NULL, work, NULL) == 0;
  stop();
  printf("work done: %d\n", work_done);
  stop();
  return 0;
}
