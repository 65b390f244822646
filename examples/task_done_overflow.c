/* task_done_overflow - an item is said to be done twice.
 *
 * Wrong: handle() says it, and so does its caller. The second one counts for an item that is not done, if there is one: a join returns
 * too early. Here there is none left, and the answer is EINVAL.
 * The inspector says: task-done-overflow. */
#include <stdio.h>

#include <track/track.h>

static struct track_queue jobs;

static void handle(const char *job) {
  printf("job %s\n", job);
  track_queue_task_done(&jobs);
}

static void *work(void *unused) {
  void *job;
  while (track_queue_get(&jobs, &job) == 0) {
    handle(job);
    track_queue_task_done(&jobs); /* BUG */
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
