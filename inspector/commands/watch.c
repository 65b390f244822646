/* watch.c - the watcher outside of the processes: no thread of ours runs inside.
 *
 * Each process that begins to record rings the session's bell; then the folder is looked through for who is new. Those who live are asked
 * every 100 ms whether they are stuck (live.h), or less often where asking is dear: never more than a twentieth of the time goes into it.
 * A thread that is about to wait for itself says so in its recording's header, and rings, too: that needs no question. A process is only
 * ended if it maps that very recording, asked after its pidfd was taken: a number that was given to somebody else cannot be hit. */
#include "commands/watch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/paths.h"
#include "commands/recording.h"
#include "commands/usage.h"
#include "live/live.h"
#include "live/process.h"
#include "util/alloc.h"

enum { LOOK_EVERY_NS = 100 * 1000 * 1000, PATIENCE_NS = 300 * 1000 * 1000, TIMES_LONGER = 20 };

struct watched {
  struct live *live;
  uint64_t stuck_since_ns; /* a thread waits for itself; 0: none does */
  bool told_across;        /* that it is in a circle with other processes */
  uint64_t told;           /* of the circle that was told last: its first event */
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool is_watched(const struct watch *watch, const char *path) {
  for (uint32_t i = 0; i < watch->n_watched; i++)
    if (!strcmp(live_path(watch->watched[i].live), path))
      return true;
  return false;
}

static void watch_begin(struct watch *watch, struct live *live) {
  watch->watched = grow(watch->watched, watch->n_watched, &watch->capacity, sizeof *watch->watched);
  watch->watched[watch->n_watched++] = (struct watched){.live = live};
}

/* Both lists are sorted alike; a run of make leaves thousands that are over. */
static void watch_scan(struct watch *watch) {
  unsigned n = 0, n_over = 0;
  char **paths = paths_of_folder(watch->folder->path, &n), **before = watch->over;
  char **over = xcalloc(n + 1, sizeof *over);
  for (unsigned i = 0; i < n; i++) {
    while (before && *before && strverscmp(*before, paths[i]) < 0)
      before++;
    bool is_over = before && *before && !strcmp(*before, paths[i]);
    struct live *live = is_over || is_watched(watch, paths[i]) ? NULL : live_new(paths[i]);
    if (live)
      watch_begin(watch, live);
    else if (is_over || (!is_watched(watch, paths[i]) && live_is_over(paths[i])))
      over[n_over++] = xstrdup(paths[i]);
  }
  paths_free(watch->over);
  watch->over = over;
  paths_free(paths);
}

/* Has it said itself for long enough that it is stuck? */
static bool says_stuck(struct watched *watched, uint64_t now, uint64_t patience_ns) {
  bool is_stuck = live_says_stuck(watched->live);
  if (!is_stuck)
    watched->stuck_since_ns = 0;
  else if (!watched->stuck_since_ns)
    watched->stuck_since_ns = now;
  return is_stuck && now - watched->stuck_since_ns >= patience_ns;
}

static uint64_t first_event(const struct finding *finding) {
  return finding->n_events ? finding->events[0] : 0;
}

/* The program goes on: one line a thread, once. */
static void tell(const struct watch *watch, struct watched *watched) {
  const struct judgement *judgement = live_judgement(watched->live);
  for (size_t i = 0; !watch->is_silent && i < judgement->findings->n_items; i++) {
    const struct finding *finding = judgement->findings->items[i];
    if (!finding->trace || strcmp(finding->trace, live_path(watched->live)) || first_event(finding) <= watched->told)
      continue;
    watched->told = first_event(finding);
    complain("process %u goes on, but some of its threads never will:", live_pid(watched->live));
    const char *story = finding->story ? finding->story : finding->message;
    for (const char *at = story; at && *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] != 0))
      complain("%.*s", (int)strcspn(at, "\n"), at);
  }
}

/* Returns whether it is over. Adds to `judging_ns` what reading took. */
static bool ask(struct watch *watch, struct watched *watched, uint64_t now, uint64_t *judging_ns) {
  uint64_t patience = watch->on_deadlock == ON_DEADLOCK_ABORT ? LOOK_EVERY_NS : PATIENCE_NS;
  enum live_answer answer = live_look(watched->live, now, patience);
  *judging_ns += live_judging_ns(watched->live);
  if (answer == LIVE_GONE)
    return true;
  bool is_stuck = answer == LIVE_EVERYBODY || says_stuck(watched, now, patience);
  bool is_to_end = is_stuck || (answer == LIVE_CIRCLE && (watch->on_deadlock == ON_DEADLOCK_ABORT || live_is_hopeless(watched->live)));
  if (watch->on_deadlock == ON_DEADLOCK_WAIT)
    return false;
  if (is_to_end && live_end(watched->live))
    return watch->ended_one = true;
  if (answer == LIVE_CIRCLE || answer == LIVE_EVERYBODY)
    tell(watch, watched);
  return false;
}

/* Those whose first thread is among them, or waits behind. */
static void end_across(struct watch *watch) {
  for (uint32_t i = 0; i < watch->n_watched; i++) {
    struct live *live = watch->watched[i].live;
    bool is_to_end = live_is_across(live) && (watch->on_deadlock == ON_DEADLOCK_ABORT || live_is_hopeless(live));
    if (watch->on_deadlock == ON_DEADLOCK_WAIT || !live_is_across(live))
      continue;
    if (is_to_end && live_end(live))
      watch->ended_one = true;
    else if (!watch->watched[i].told_across && !watch->is_silent)
      complain("process %u goes on, but a thread of it waits for ever for a lock of another process, which waits for it", live_pid(live));
    watch->watched[i].told_across = true;
  }
}

static void ask_across(struct watch *watch, uint64_t now) {
  struct live **lives = xcalloc(watch->n_watched, sizeof(struct live *));
  for (uint32_t i = 0; i < watch->n_watched; i++)
    lives[i] = watch->watched[i].live;
  if (watch->n_watched > 1 && live_ask_across(lives, watch->n_watched, now, PATIENCE_NS))
    end_across(watch);
  free(lives);
}

static uint64_t ask_all(struct watch *watch, uint64_t now) {
  uint64_t judging_ns = 0;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < watch->n_watched; i++)
    if (ask(watch, &watch->watched[i], now, &judging_ns))
      live_free(watch->watched[i].live);
    else
      watch->watched[kept++] = watch->watched[i];
  watch->n_watched = kept;
  ask_across(watch, now);
  return judging_ns;
}

void watch_look(struct watch *watch) {
  uint64_t begin = now_ns();
  if (begin < watch->next_look_ns)
    return;
  uint32_t bell = watch->folder->session->bell;
  if (bell != watch->last_bell)
    watch_scan(watch);
  watch->last_bell = bell;
  uint64_t judging_ns = ask_all(watch, begin), end = now_ns(), pause = (end - begin - judging_ns) * TIMES_LONGER;
  watch->next_look_ns = end + (pause > LOOK_EVERY_NS ? pause : LOOK_EVERY_NS);
}

void watch_init(struct watch *watch, const struct trace_folder *folder, enum on_deadlock on_deadlock) {
  *watch = (struct watch){.folder = folder, .on_deadlock = on_deadlock};
}

void watch_done(struct watch *watch) {
  for (uint32_t i = 0; i < watch->n_watched; i++)
    live_free(watch->watched[i].live);
  free(watch->watched);
  paths_free(watch->over);
  *watch = (struct watch){0};
}

bool watch_anybody_runs(const struct trace_folder *folder) {
  unsigned n = 0;
  char **paths = paths_of_folder(folder->path, &n);
  bool runs = false;
  struct trace_header header;
  for (unsigned i = 0; i < n && !runs; i++)
    runs = recording_header(paths[i], &header) && header.state == TRACE_STATE_RUNNING && header.pid && process_maps(header.pid, paths[i]);
  paths_free(paths);
  return runs;
}
