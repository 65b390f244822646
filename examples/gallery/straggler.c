/* straggler - four threads compute in rounds and meet at a barrier after each. One of them has more to do than the others.
 *
 * Nothing is wrong here, but three of four threads do nothing most of the time: they wait for the one that comes last, in each round
 * the same. */
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

enum { WORKERS = 4, ROUNDS = 3, SLOW_ONE = 2 };

static const char *const names[WORKERS] = {"worker 1", "worker 2", "worker 3", "worker 4"};
static pthread_barrier_t end_of_round;

static void compute(int worker) {
  usleep(worker == SLOW_ONE ? 20000 : 4000 + 1000 * (unsigned)worker);
}

static void *work(void *argument) {
  int worker = (int)(intptr_t)argument;
  pthread_setname_np(pthread_self(), names[worker]);
  for (int round = 0; round < ROUNDS; round++) {
    compute(worker);
    pthread_barrier_wait(&end_of_round);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[WORKERS];
  pthread_barrier_init(&end_of_round, NULL, WORKERS);
  for (int i = 0; i < WORKERS; i++)
    pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i);
  for (int i = 0; i < WORKERS; i++)
    pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&end_of_round);
  return 0;
}
