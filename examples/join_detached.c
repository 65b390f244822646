/* join_detached - a detached thread is joined.
 *
 * Wrong: nobody may wait for a detached thread; its handle is gone as soon as it ends. glibc answers EINVAL while it still runs
 * (as here), and anything afterwards.
 * The inspector says: join-detached, with the places of both calls. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t may_end;

static void *work(void *unused) {
  sem_wait(&may_end);
  return unused;
}

int main(void) {
  pthread_t thread;
  sem_init(&may_end, 0, 0);
  pthread_create(&thread, NULL, work, NULL);
  pthread_detach(thread);
  if (pthread_join(thread, NULL) != 0) /* BUG */
    printf("cannot wait for the worker\n");
  sem_post(&may_end);
  pthread_exit(NULL);
}
