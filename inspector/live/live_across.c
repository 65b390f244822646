/* live_across.c - circles of locks over several processes: each maps the memory that holds the other's mutex.
 *
 * Of a process-shared mutex glibc tells the owner by its kernel id, which is one for all processes. So a thread that asks for one has
 * exactly one other to wait for, and following that from thread to thread either ends or goes round. Only mutexes tell; a circle through a
 * rwlock, a semaphore or a join of another process is not seen. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "live/live_state.h"
#include "live/process.h"
#include "util/alloc.h"

#define NOBODY UINT32_MAX

/* A thread that asks for a mutex. */
struct asker {
  struct live *live;
  struct lane_look lane;
  struct task task;
  uint32_t owner; /* kernel tid */
  uint32_t next;  /* the asker that is the owner, NOBODY none */
};

struct askers {
  struct asker *items;
  uint32_t n, capacity;
};

static void add_of(struct askers *askers, struct live *live, const struct look *look) {
  for (uint32_t i = 0; i < live->lanes.n; i++) {
    const struct lane_look *lane = &live->lanes.items[i];
    bool asks = lane->op == TRACE_REQ && TRACE_KIND_OF(lane->kind) == TRACE_KIND_MUTEX && live_is_waiting(live, look, i);
    struct task task = asks ? task_look(live->pid, lane->tid) : (struct task){0};
    uint32_t owner = asks && live_is_asleep(lane, &task) ? task_mutex_owner(live->pid, task.address) : 0;
    if (!owner)
      continue;
    askers->items = grow(askers->items, askers->n, &askers->capacity, sizeof *askers->items);
    askers->items[askers->n++] = (struct asker){live, *lane, task, owner, NOBODY};
  }
}

static void link_askers(struct askers *askers) {
  for (uint32_t i = 0; i < askers->n; i++)
    for (uint32_t k = 0; k < askers->n; k++)
      if (askers->items[k].lane.tid == askers->items[i].owner)
        askers->items[i].next = k;
}

/* Is it in a circle, and does that leave its process? */
static bool is_in_wide_circle(const struct askers *askers, uint32_t start) {
  bool is_wide = false;
  uint32_t at = start;
  for (uint32_t steps = 0; steps <= askers->n; steps++) {
    uint32_t next = askers->items[at].next;
    if (next == NOBODY)
      return false;
    is_wide |= askers->items[next].live != askers->items[at].live;
    at = next;
    if (at == start)
      return is_wide;
  }
  return false;
}

/* The second look. */
static bool is_same_now(const struct asker *asker) {
  struct trace_header header;
  struct lanes_look lanes;
  if (!process_header(asker->live->file, &header) || !lanes_look(&lanes, asker->live->file, &header))
    return false;
  struct task task = task_look(asker->live->pid, asker->lane.tid);
  bool is_same = live_is_same(&asker->lane, &asker->task, lanes_find(&lanes, asker->lane.tid), &task) &&
                 task_mutex_owner(asker->live->pid, task.address) == asker->owner;
  lanes_look_done(&lanes);
  return is_same;
}

static bool is_marked(const struct trace_header *header, const struct asker *asker) {
  for (uint32_t i = 0; i < TRACE_ACROSS; i++) {
    const struct trace_across *across = &header->across[i];
    if (across->tid == asker->lane.tid && across->number == asker->lane.number && across->used_bytes == asker->lane.used_bytes)
      return true;
  }
  return false;
}

static void mark(const struct askers *askers, const struct asker *asker) {
  struct trace_header header;
  if (!process_header(asker->live->file, &header) || is_marked(&header, asker))
    return;
  uint32_t at = 0;
  while (at + 1 < TRACE_ACROSS && header.across[at].tid)
    at++;
  struct trace_across across = {.tid = asker->lane.tid,
                                .lane = asker->lane.lane,
                                .number = asker->lane.number,
                                .used_bytes = asker->lane.used_bytes,
                                .owner_pid = askers->items[asker->next].live->pid,
                                .owner_tid = asker->owner};
  off_t offset = (off_t)(offsetof(struct trace_header, across) + at * sizeof across);
  ssize_t written = pwrite(asker->live->file, &across, sizeof across, offset);
  (void)written; /* then the recording alone does not tell */
}

/* The first thread asks, or waits for who knows whom: it has the process' number. */
static bool first_thread_waits(const struct live *live) {
  const struct lane_look *lane = lanes_find(&live->lanes, live->pid);
  return !lane || lane->op;
}

static bool settle(const struct askers *askers, const bool *is_in) {
  for (uint32_t i = 0; i < askers->n; i++)
    if (is_in[i] && !is_same_now(&askers->items[i]))
      return false;
  for (uint32_t i = 0; i < askers->n; i++) {
    struct live *live = askers->items[i].live;
    if (!is_in[i])
      continue;
    mark(askers, &askers->items[i]);
    live->is_across = true;
    live->is_hopeless |= first_thread_waits(live);
  }
  return true;
}

bool live_ask_across(struct live *const *lives, uint32_t n, uint64_t now_ns, uint64_t patience_ns) {
  struct look look = {.now_ns = now_ns, .patience_ns = patience_ns, .is_about_circles = true};
  struct askers askers = {0};
  for (uint32_t i = 0; i < n; i++) {
    look.lanes = lives[i]->lanes;
    add_of(&askers, lives[i], &look);
  }
  link_askers(&askers);
  bool *is_in = xcalloc(askers.n, sizeof *is_in), has_any = false;
  for (uint32_t i = 0; i < askers.n; i++)
    has_any |= is_in[i] = is_in_wide_circle(&askers, i);
  bool is_found = has_any && settle(&askers, is_in);
  free(is_in);
  free(askers.items);
  return is_found;
}
