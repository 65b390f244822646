/* join_self - a thread waits for its own end.
 *
 * Wrong: wait_for_all() joins every worker of the pool and is called by one of them. glibc answers EDEADLK; the caller goes on
 * as if all had ended.
 * The inspector says: join-self. */
#include <pthread.h>
#include <stdio.h>

static pthread_t pool[1];

static void wait_for_all(void) {
  for (size_t i = 0; i < sizeof pool / sizeof *pool; i++)
    pthread_join(pool[i], NULL); /* BUG */
}

static void *work(void *unused) {
  pool[0] = pthread_self();
  wait_for_all();
  printf("worker is done\n");
  return unused;
}

int main(void) {
  pthread_create(&pool[0], NULL, work, NULL);
  pthread_join(pool[0], NULL);
  return 0;
}
