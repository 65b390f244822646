/* join_twice - two places believe that they are the one that joins.
 *
 * Wrong: stop() joins the worker, and main() joins it again. After the first join the handle means nothing: glibc may answer
 * ESRCH (as here, where the thread's memory is kept for the next one), crash, or join a stranger that got the same handle.
 * The inspector says: join-twice, with both places. */
#include <pthread.h>
#include <stdio.h>

static pthread_t worker;
static int work_done;

static void *work(void *unused) {
  work_done = 1;
  return unused;
}

static int stop(void) {
  return pthread_join(worker, NULL);
}

int main(void) {
  pthread_create(&worker, NULL, work, NULL);
  stop();
  printf("work done: %d\n", work_done);
  pthread_join(worker, NULL); /* BUG */
  return 0;
}
