/* free_while_held - the memory of a locked mutex is freed.
 *
 * Wrong: the object is freed inside its own critical section. Whoever waits for the lock waits on freed memory, and the next
 * user of that memory finds a number that means "locked".
 * The inspector says: free-while-held, with the place where it was locked. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
  pthread_mutex_t lock;
  int references;
};

static struct job *job_new(void) {
  struct job *job = malloc(sizeof *job);
  if (job == NULL)
    abort();
  pthread_mutex_init(&job->lock, NULL);
  job->references = 1;
  return job;
}

static void job_release(struct job *job) {
  pthread_mutex_lock(&job->lock);
  if (--job->references == 0) {
    free(job); /* BUG */
    return;
  }
  pthread_mutex_unlock(&job->lock);
}

int main(void) {
  job_release(job_new());
  printf("released\n");
  return 0;
}
