/* queue_never_joined_fixed - every item that was got is said to be done, whatever it was. */
#include <stdio.h>

#include <track/track.h>

static struct track_queue jobs;

static void *work(void *unused) {
  void *job;
  while (track_queue_get(&jobs, &job) == 0) {
    const char *text = job;
    if (*text)
      printf("job %s\n", text);
    track_queue_task_done(&jobs);
  }
  return unused;
}

int main(void) {
  static char first[] = "first", empty[] = "", last[] = "last";
  static struct track_thread worker;
  setlinebuf(stdout);
  track_queue_init(&jobs, 0, "jobs");
  track_thread_init(&worker, work, NULL, "worker");
  track_thread_start(&worker);
  track_queue_put(&jobs, first);
  track_queue_put(&jobs, empty);
  track_queue_put(&jobs, last);
  track_queue_join(&jobs);
  printf("all done\n");
  track_queue_shutdown(&jobs, false);
  track_thread_join(&worker, NULL);
  track_queue_destroy(&jobs);
  return 0;
}
