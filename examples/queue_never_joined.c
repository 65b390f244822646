/* queue_never_joined - a queue is joined, but not every item of it was said to be done.
 *
 * Wrong: the worker goes on to the next item when one is empty, and forgets task_done for it. The join waits for ever: this program hangs,
 * every time.
 * The inspector says: queue-never-joined, and `inspector run` ends the program. */
#include <stdio.h>

#include <track/track.h>

static struct track_queue jobs;

static void *work(void *unused) {
  void *job;
  while (track_queue_get(&jobs, &job) == 0) {
    const char *text = job;
    if (!*text)
      continue;
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
  track_queue_join(&jobs); /* BUG */
  printf("all done\n");
  track_queue_shutdown(&jobs, false);
  track_thread_join(&worker, NULL);
  track_queue_destroy(&jobs);
  return 0;
}
