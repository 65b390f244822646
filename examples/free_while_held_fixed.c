/* free_while_held_fixed - free_while_held, repaired: unlocked and destroyed before it is freed. */
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
  int left = --job->references;
  pthread_mutex_unlock(&job->lock);
  if (left > 0)
    return;
  pthread_mutex_destroy(&job->lock);
  free(job);
}

int main(void) {
  job_release(job_new());
  printf("released\n");
  return 0;
}
