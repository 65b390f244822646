/* task_done_overflow_fixed - whoever gets an item says that it is done, once. */
#include <stdio.h>

#include <track/track.h>

static struct track_queue jobs;

static void handle(const char *job) {
  printf("job %s\n", job);
}

static void *work(void *unused) {
  void *job;
  while (track_queue_get(&jobs, &job) == 0) {
    handle(job);
    track_queue_task_done(&jobs);
  }
  return unused;
}

int main(void) {
  static char only[] = "only";
  static struct track_thread worker;
  track_queue_init(&jobs, 0, "jobs");
  track_thread_init(&worker, work, NULL, "worker");
  track_thread_start(&worker);
  track_queue_put(&jobs, only);
  track_queue_join(&jobs);
  track_queue_shutdown(&jobs, false);
  track_thread_join(&worker, NULL);
  track_queue_destroy(&jobs);
  return 0;
}
