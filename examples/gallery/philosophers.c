/* philosophers - five philosophers at a round table, with a fork between each two of them. The program hangs, every time.
 *
 * Everybody takes the fork on the left and waits, politely, until all others have one, too. Then everybody wants the fork on the right,
 * which the neighbour has and does not give back. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

enum { SEATS = 5 };

static const char *const names[SEATS] = {"Aristotle", "Kant", "Hegel", "Plato", "Spinoza"};
static pthread_mutex_t forks[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_barrier_t all_have_one;

static void eat(int seat) {
  printf("%s eats\n", names[seat]);
}

static void *philosopher(void *argument) {
  int seat = (int)(intptr_t)argument;
  pthread_setname_np(pthread_self(), names[seat]);
  pthread_mutex_lock(&forks[seat]);
  pthread_barrier_wait(&all_have_one);
  pthread_mutex_lock(&forks[(seat + 1) % SEATS]); /* BUG */
  eat(seat);
  pthread_mutex_unlock(&forks[(seat + 1) % SEATS]);
  pthread_mutex_unlock(&forks[seat]);
  return NULL;
}

int main(void) {
  pthread_t threads[SEATS];
  pthread_barrier_init(&all_have_one, NULL, SEATS);
  for (int seat = 0; seat < SEATS; seat++)
    pthread_create(&threads[seat], NULL, philosopher, (void *)(intptr_t)seat);
  for (int seat = 0; seat < SEATS; seat++)
    pthread_join(threads[seat], NULL);
  pthread_barrier_destroy(&all_have_one);
  return 0;
}
