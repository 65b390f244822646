/* live_circle.c - do some threads wait for each other in a circle, whatever the others do?
 *
 * Only who asks for a lock, joins, or has to take a mutex back can be in one. Mutexes name their owner, which rules most out: one whose
 * owner goes on comes free. Where that leaves somebody, the recording is read. */
#include "live/live_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live/process.h"
#include "util/alloc.h"

enum {
  TIMES_SLOWER = 20,   /* of a reading that found nothing: how much longer until the next one */
  MOST_FAILURES = 5,   /* of one that found something which then did not stand: twice as long each time, up to so often */
  JOINS_OF_CIRCLE = 3, /* of joins alone; of two that join each other glibc refuses one */
};

bool live_is_waiting(const struct live *live, const struct look *look, uint32_t index) {
  const struct lane_look *lane = &look->lanes.items[index];
  bool is_untimed = !(lane->mode & (TRACE_MODE_TIMED | TRACE_MODE_TRY));
  bool may_be_for_ever = is_untimed || (lane->op == TRACE_WAIT && look->is_about_circles); /* behind its timeout it takes its mutex back */
  return lane->op && may_be_for_ever && look->now_ns - live->seen[index].since_ns >= look->patience_ns;
}

/* Some wait without the kernel's help. */
static bool may_spin(const struct lane_look *lane) {
  uint32_t family = trace_family(lane->kind);
  return lane->op == TRACE_REQ && (family == TRACE_KIND_SPIN || family == TRACE_KIND_ONCE);
}

bool live_is_for_file(const struct lane_look *lane) {
  return lane->op == TRACE_REQ && trace_family(lane->kind) == TRACE_KIND_FILE_LOCK;
}

bool live_is_asleep(const struct lane_look *lane, const struct task *task) {
  if (live_is_for_file(lane))
    return task->state == 'S' && task_may_lock_file(task);
  if (may_spin(lane) && (task->state == 'R' || task->call == CALL_NONE))
    return true;
  bool is_timed = lane->op == TRACE_WAIT && lane->mode & TRACE_MODE_TIMED && task->call == CALL_FUTEX_TIMED;
  return task->state == 'S' && (task->call == CALL_FUTEX || is_timed);
}

bool live_is_same(const struct lane_look *before, const struct task *task_before, const struct lane_look *now,
                  const struct task *task_now) {
  if (!before || !now || !task_before || !task_now)
    return false;
  bool same_wait = now->op && now->op == before->op && now->number == before->number && now->used_bytes == before->used_bytes;
  bool same_thread = now->tid == before->tid && task_now->tid == task_before->tid && task_now->tid == now->tid;
  bool has_not_run = may_spin(now) || task_now->switches == task_before->switches;
  return same_wait && same_thread && has_not_run && live_is_asleep(before, task_before) && live_is_asleep(now, task_now);
}

static uint64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool live_judge(struct live *live, bool is_stuck) {
  unsigned n = 0;
  char **paths = process_lineage(live->path, &n);
  uint64_t begin = clock_ns();
  judge(&live->judgement, &(const struct judging){.paths = paths, .n_paths = n, .is_stuck = is_stuck});
  uint64_t end = clock_ns();
  bool has_findings = judgement_n_findings(&live->judgement, live->path);
  live->judging_ns += end - begin;
  live->not_before_ns = end + (end - begin) * TIMES_SLOWER;
  for (unsigned i = 0; i < n; i++)
    free(paths[i]);
  free(paths);
  return has_findings;
}

/* Who waits for a lock or a thread, or to get a mutex back, by position in the lanes. Anybody may give back a lock of a file. */
static bool *find_candidates(const struct live *live, const struct look *look) {
  const struct lanes_look *lanes = &look->lanes;
  bool *is_candidate = xcalloc(lanes->n, sizeof *is_candidate);
  for (uint32_t i = 0; i < lanes->n; i++) {
    uint8_t op = lanes->items[i].op;
    bool asks = op == TRACE_REQ && !live_is_for_file(&lanes->items[i]);
    bool may_be_in_one = asks || op == TRACE_JOIN_REQ || op == TRACE_WAIT;
    is_candidate[i] = may_be_in_one && live_is_waiting(live, look, i);
  }
  return is_candidate;
}

static bool can_be_circle(const struct lanes_look *lanes, const bool *is_candidate) {
  uint32_t n_locks = 0, n_joins = 0;
  for (uint32_t i = 0; i < lanes->n; i++) {
    n_locks += is_candidate[i] && lanes->items[i].op == TRACE_REQ;
    n_joins += is_candidate[i] && lanes->items[i].op == TRACE_JOIN_REQ;
  }
  return n_locks || n_joins >= JOINS_OF_CIRCLE;
}

/* The kernel's word on each candidate; those of others are all zeros. */
static struct task *look_at_candidates(const struct live *live, const struct lanes_look *lanes, const bool *is_candidate) {
  struct task *tasks = xcalloc(lanes->n, sizeof *tasks);
  for (uint32_t i = 0; i < lanes->n; i++)
    if (is_candidate[i])
      tasks[i] = task_look(live->pid, lanes->items[i].tid);
  return tasks;
}

/* By position, + 1: who owns the mutex that is asked for, if it is a recorded thread of the process. */
static uint32_t *find_owners(const struct live *live, const struct lanes_look *lanes, const struct task *tasks) {
  uint32_t *owners = xcalloc(lanes->n, sizeof *owners);
  for (uint32_t i = 0; i < lanes->n; i++) {
    bool asks = tasks[i].tid && lanes->items[i].op == TRACE_REQ && TRACE_KIND_OF(lanes->items[i].kind) == TRACE_KIND_MUTEX;
    uint32_t tid = asks && tasks[i].call == CALL_FUTEX ? task_mutex_owner(live->pid, tasks[i].address) : 0;
    const struct lane_look *owner = tid ? lanes_find(lanes, tid) : NULL;
    owners[i] = owner ? (uint32_t)(owner - lanes->items) + 1 : 0;
  }
  return owners;
}

/* Leaves out, until nobody is new, whose mutex is owned by somebody who is not among them. */
static void leave_out(const struct live *live, const struct lanes_look *lanes, const struct task *tasks, bool *is_candidate) {
  uint32_t *owners = find_owners(live, lanes, tasks);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (uint32_t i = 0; i < lanes->n; i++)
      if (is_candidate[i] && owners[i] && !is_candidate[owners[i] - 1]) {
        is_candidate[i] = false;
        has_changed = true;
      }
  }
  free(owners);
}

static uint32_t hash_candidates(const struct lanes_look *lanes, const bool *is_candidate) {
  uint32_t hash = 1;
  for (uint32_t i = 0; i < lanes->n; i++)
    if (is_candidate[i])
      hash = trace_tails_hash(trace_tails_hash(hash, lanes->items[i].lane, 0), lanes->items[i].number, lanes->items[i].used_bytes);
  return hash;
}

static bool is_same_now(const struct live *live, const struct look *look, const struct task *tasks, const struct lanes_look *now,
                        uint32_t tid) {
  const struct lane_look *before = lanes_find(&look->lanes, tid);
  struct task task_now = task_look(live->pid, tid);
  return before && live_is_same(before, &tasks[before - look->lanes.items], lanes_find(now, tid), &task_now);
}

/* All that the findings rest on. */
static bool are_core_same(const struct live *live, const struct look *look, const struct task *tasks) {
  struct trace_header header;
  struct lanes_look now;
  if (!process_header(live->file, &header) || !lanes_look(&now, live->file, &header))
    return false;
  uint32_t n = 0;
  bool is_same = true;
  for (uint32_t i = 0; is_same && i < live->judgement.n_threads; i++) {
    const struct judged_thread *thread = &live->judgement.threads[i];
    if (!thread->is_core)
      continue;
    is_same = is_same_now(live, look, tasks, &now, thread->tid);
    n++;
  }
  lanes_look_done(&now);
  return is_same && n;
}

static bool is_hopeless(const struct judgement *judgement) {
  bool all_stuck = true, is_main_stuck = false;
  for (uint32_t i = 0; i < judgement->n_threads; i++) {
    const struct judged_thread *thread = &judgement->threads[i];
    all_stuck &= !thread->lives || thread->is_stuck;
    is_main_stuck |= thread->is_main && thread->is_stuck;
  }
  return all_stuck || is_main_stuck;
}

static bool is_circle(struct live *live, const struct look *look, const struct task *tasks, uint32_t hash) {
  bool has_findings = live_judge(live, false) && !live->judgement.has_doubt;
  bool is_stuck = has_findings && are_core_same(live, look, tasks), has_failed = has_findings && !is_stuck;
  if (!has_failed && !live->judgement.has_doubt)
    live->examined_circle = hash;
  if (has_failed) /* some thread moved: that may be over soon */
    live->not_before_ns = clock_ns() + (live->judging_ns << live->n_failures);
  live->n_failures = has_failed ? live->n_failures + (live->n_failures < MOST_FAILURES) : 0;
  live->is_hopeless = is_stuck && is_hopeless(&live->judgement);
  return is_stuck;
}

enum live_answer live_ask_circle(struct live *live, struct look *look) {
  look->is_about_circles = true;
  bool *is_candidate = find_candidates(live, look), is_stuck = false;
  bool is_time = look->is_thorough || look->now_ns >= live->not_before_ns;
  struct task *tasks = NULL;
  if (is_time && can_be_circle(&look->lanes, is_candidate)) {
    tasks = look_at_candidates(live, &look->lanes, is_candidate);
    leave_out(live, &look->lanes, tasks, is_candidate);
  }
  if (tasks && can_be_circle(&look->lanes, is_candidate)) {
    uint32_t hash = hash_candidates(&look->lanes, is_candidate);
    is_stuck = (look->is_thorough || hash != live->examined_circle) && is_circle(live, look, tasks, hash);
    if (!is_stuck)
      judgement_done(&live->judgement);
  }
  free(tasks);
  free(is_candidate);
  return is_stuck ? LIVE_CIRCLE : LIVE_ON;
}
