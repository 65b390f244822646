/* live_everybody.c - does no thread of the process ever go on?
 *
 * That somebody posted before and now waits proves nothing: whoever is to post next may never have done so before. So every thread counts,
 * and one of which anything is unknown may be the one. The recording gets a mark with the place where it ends; whoever reads it later,
 * ended there by whatever death, knows that all of this was looked at. */
#include "live/live_state.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/outside.h"
#include "live/process.h"
#include "util/alloc.h"

static void set_mark(const struct live *live, uint32_t mark) {
  ssize_t written = pwrite(live->file, &mark, sizeof mark, offsetof(struct trace_header, seen_stuck));
  (void)written; /* without it the end of the recording counts for less */
}

static char *doubt_of(const struct live *live, const struct look *look, const struct task *task) {
  const struct lane_look *lane = lanes_find(&look->lanes, task->tid);
  if (!lane)
    return xasprintf("thread %" PRIu32 " is not recorded", task->tid);
  bool is_known = live_is_waiting(live, look, (uint32_t)(lane - look->lanes.items));
  if (is_known && live_is_asleep(lane, task))
    return live_is_for_file(lane) ? outside_file_holder(live->pid, task) : NULL;
  char *doing = task_doing(task), *doubt = xasprintf("thread %" PRIu32 " %s", task->tid, doing);
  free(doing);
  return doubt;
}

static void doubt_if(struct live *live, char *reason) {
  if (reason)
    live_doubt(live, reason);
}

static bool waits_for_semaphore(const struct look *look) {
  for (uint32_t i = 0; i < look->lanes.n; i++)
    if (look->lanes.items[i].op == TRACE_SEM_REQ)
      return true;
  return false;
}

static bool somebody_outside(struct live *live, const struct look *look) {
  doubt_if(live, outside_handler(live->pid, waits_for_semaphore(look)));
  doubt_if(live, outside_timer(live->pid));
  return live->n_doubts;
}

/* Everything but the recording. */
static bool nobody_acts(struct live *live, const struct look *look, const struct tasks *tasks) {
  for (uint32_t i = 0; i < tasks->n; i++)
    doubt_if(live, doubt_of(live, look, &tasks->items[i]));
  return !somebody_outside(live, look);
}

/* What lies in memory that others have, too. */
static bool nobody_shares(struct live *live) {
  for (uint32_t i = 0; i < live->judgement.n_threads; i++)
    doubt_if(live, outside_sharer(live->pid, live->judgement.threads[i].address));
  return !live->n_doubts;
}

static bool are_all_same(const struct live *live, const struct look *look, const struct tasks *before) {
  struct trace_header header;
  struct lanes_look lanes;
  struct tasks tasks;
  if (!process_header(live->file, &header) || !lanes_look(&lanes, live->file, &header))
    return false;
  bool is_same = tasks_look(&tasks, live->pid) && tasks.n == before->n && lanes_hash(&lanes) == lanes_hash(&look->lanes);
  for (uint32_t i = 0; is_same && i < tasks.n; i++)
    is_same = live_is_same(lanes_find(&look->lanes, before->items[i].tid), &before->items[i], lanes_find(&lanes, tasks.items[i].tid),
                           &tasks.items[i]);
  tasks_done(&tasks);
  lanes_look_done(&lanes);
  return is_same;
}

static bool all_wait(const struct live *live, const struct look *look) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < look->lanes.n; i++) {
    if (!look->lanes.items[i].tid)
      continue;
    if (!live_is_waiting(live, look, i))
      return false;
    n++;
  }
  return n;
}

static bool is_everybody(struct live *live, const struct look *look, const struct tasks *tasks) {
  if (!nobody_acts(live, look, tasks))
    return false;
  bool is_stuck = live_judge(live, true) && nobody_shares(live) && are_all_same(live, look, tasks);
  if (is_stuck)
    set_mark(live, lanes_hash(&look->lanes));
  return is_stuck;
}

enum live_answer live_ask_everybody(struct live *live, const struct look *look) {
  uint32_t hash = lanes_hash(&look->lanes);
  if (!look->is_thorough && (hash == live->examined_everybody || !all_wait(live, look)))
    return LIVE_ON;
  if (!look->is_thorough && (look->now_ns < live->not_before_ns || somebody_outside(live, look)))
    return LIVE_ON;
  struct tasks tasks;
  if (!tasks_look(&tasks, live->pid)) {
    live_doubt(live, xstrdup("its threads cannot be looked at"));
    return LIVE_ON;
  }
  bool is_stuck = is_everybody(live, look, &tasks);
  tasks_done(&tasks);
  if (!is_stuck)
    return LIVE_ON;
  live->examined_everybody = hash;
  live->is_hopeless = true;
  return LIVE_EVERYBODY;
}
