/* join_self_fixed - join_self, repaired: the workers are joined by who made them. */
#include <pthread.h>
#include <stdio.h>

static pthread_t pool[1];

static void wait_for_all(void) {
  for (size_t i = 0; i < sizeof pool / sizeof *pool; i++)
    pthread_join(pool[i], NULL);
}

static void *work(void *unused) {
  printf("worker is done\n");
  return unused;
}

int main(void) {
  pthread_create(&pool[0], NULL, work, NULL);
  wait_for_all();
  return 0;
}
