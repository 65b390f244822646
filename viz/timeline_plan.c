/* timeline_plan.c - who and what gets room in the picture: threads with something to show, and colours for the locks that matter. */
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "viz/timeline.h"

static bool is_relevant(const struct timeline *timeline, const struct finding *finding) {
  const struct finding *wanted = timeline->input->finding;
  if (wanted)
    return finding == wanted;
  return finding->source == timeline->input->trace && finding->verdict > VERDICT_BENIGN;
}

static bool thread_is_part(const struct finding *finding, uint32_t thread) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (finding->threads[i].thread == thread)
      return true;
  return false;
}

static bool object_is_part(const struct finding *finding, uint32_t object) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    bool found = thread->wants == object;
    for (uint32_t k = 0; k < thread->n_holds; k++)
      found |= thread->holds[k] == object;
    if (found)
      return true;
  }
  return false;
}

typedef bool part_test(const struct finding *finding, uint32_t index);

static bool is_found(const struct timeline *timeline, uint32_t index, part_test *is_part) {
  for (size_t i = 0; i < timeline->input->findings->n_items; i++)
    if (is_relevant(timeline, timeline->input->findings->items[i]) && is_part(timeline->input->findings->items[i], index))
      return true;
  return false;
}

/* Locks. */

uint32_t plan_lock(const struct plan *plan, uint32_t object) {
  for (uint32_t i = 0; i < plan->n_locks; i++)
    if (plan->locks[i].object == object)
      return i;
  return NO_INDEX;
}

/* Those come first. */
bool plan_is_found(const struct plan *plan, uint32_t object) {
  for (uint32_t i = 0; i < plan->n_locks && plan->locks[i].is_found; i++)
    if (plan->locks[i].object == object)
      return true;
  return false;
}

bool plan_is_in_focus(const struct plan *plan, const struct bar *bar) {
  return !plan->has_focus || bar->kind == BAR_STUCK || plan_is_found(plan, bar->object);
}

static int compare_locks(const void *a, const void *b) {
  const struct shown_lock *x = a, *y = b;
  if (x->is_found != y->is_found)
    return x->is_found ? -1 : 1;
  if (x->waited != y->waited)
    return x->waited < y->waited ? 1 : -1;
  if (x->held != y->held)
    return x->held < y->held ? 1 : -1;
  return (x->object > y->object) - (x->object < y->object);
}

static void list_locks(struct plan *plan, const struct timeline *timeline, const struct model *model) {
  uint32_t *index = xcalloc(model->n_objects, sizeof *index), capacity = 0;
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    const struct bar *bar = &timeline->bars[i];
    if (bar->object >= model->n_objects)
      continue;
    if (!index[bar->object]) {
      plan->locks = grow(plan->locks, plan->n_locks, &capacity, sizeof *plan->locks);
      plan->locks[plan->n_locks].object = bar->object;
      plan->locks[plan->n_locks].is_found = is_found(timeline, bar->object, object_is_part);
      index[bar->object] = ++plan->n_locks;
    }
    struct shown_lock *lock = &plan->locks[index[bar->object] - 1];
    if (!bar_is_several(bar))
      *(bar->kind == BAR_HOLD ? &lock->held : &lock->waited) += bar->majority + 1; /* also the shortest is to be seen */
  }
  free(index);
  if (plan->n_locks)
    qsort(plan->locks, plan->n_locks, sizeof *plan->locks, compare_locks);
}

/* Threads. */

struct track *plan_track(const struct plan *plan, uint32_t thread) {
  uint32_t low = 0, high = plan->n_tracks;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (plan->tracks[middle].thread == thread)
      return &plan->tracks[middle];
    if (plan->tracks[middle].thread < thread)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static int compare_waited(const void *a, const void *b) {
  const struct track *x = a, *y = b;
  if (x->waited != y->waited)
    return x->waited < y->waited ? 1 : -1;
  if (x->n_rows != y->n_rows)
    return x->n_rows < y->n_rows ? 1 : -1;
  return (x->thread > y->thread) - (x->thread < y->thread);
}

static int compare_threads(const void *a, const void *b) {
  const struct track *x = a, *y = b;
  return (x->thread > y->thread) - (x->thread < y->thread);
}

static void list_tracks(struct plan *plan, const struct timeline *timeline) {
  plan->tracks = xcalloc(timeline->n_lanes, sizeof *plan->tracks);
  for (uint32_t i = 0; i < timeline->n_lanes; i++) {
    const struct lane *lane = &timeline->lanes[i];
    if (!lane->is_used || lane->begin > plan->to || lane->end < plan->from || !scope_has_thread(&timeline->input->scope, i))
      continue;
    bool is_part = is_found(timeline, i, thread_is_part);
    plan->tracks[plan->n_tracks++] = (struct track){.thread = i, .waited = is_part ? UINT64_MAX : 0, .is_found = is_part};
  }
}

static void measure_tracks(struct plan *plan, const struct timeline *timeline) {
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    const struct bar *bar = &timeline->bars[i];
    struct track *track = plan_track(plan, bar->thread);
    if (!track)
      continue;
    track->n_rows = bar->row + 1u > track->n_rows ? bar->row + 1u : track->n_rows;
    if (bar->kind == BAR_STUCK)
      track->waited = UINT64_MAX;
    else if (bar->kind == BAR_WAIT && track->waited < UINT64_MAX - bar->total)
      track->waited += bar->total;
  }
}

/* With a lock that was asked for by name, whoever has nothing to do with it is left out. */
static void choose_tracks(struct plan *plan, const struct timeline *timeline, uint32_t limit) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < plan->n_tracks; i++)
    if (!timeline->input->scope.objects || plan->tracks[i].n_rows)
      plan->tracks[n++] = plan->tracks[i];
  if (n)
    qsort(plan->tracks, n, sizeof *plan->tracks, compare_waited);
  plan->n_tracks = n > limit ? limit : n;
  plan->n_left_tracks = n - plan->n_tracks;
  if (n)
    qsort(plan->tracks, plan->n_tracks, sizeof *plan->tracks, compare_threads);
}

static void keep_shown_bars(const struct plan *plan, struct timeline *timeline) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < timeline->n_bars; i++)
    if (plan_track(plan, timeline->bars[i].thread))
      timeline->bars[kept++] = timeline->bars[i];
  timeline->n_bars = kept;
}

static void set_window(struct plan *plan, const struct timeline *timeline) {
  const struct view_scope *scope = &timeline->input->scope;
  uint64_t first = timeline->last;
  for (uint32_t i = 0; i < timeline->n_lanes; i++)
    if (timeline->lanes[i].is_used && timeline->lanes[i].begin < first)
      first = timeline->lanes[i].begin;
  plan->from = scope->from > first ? scope->from : first;
  plan->to = scope->to < timeline->last ? scope->to : timeline->last;
  if (plan->to <= plan->from)
    plan->to = plan->from + 1;
}

void plan_make(struct plan *plan, struct timeline *timeline, const struct model *model, const struct plan_limits *limits) {
  *plan = (struct plan){0};
  set_window(plan, timeline);
  list_tracks(plan, timeline);
  measure_tracks(plan, timeline);
  choose_tracks(plan, timeline, limits->n_tracks);
  keep_shown_bars(plan, timeline);
  bars_merge(timeline, limits->n_bars);
  list_locks(plan, timeline, model);
  plan->has_focus = timeline->input->finding && plan->n_locks && plan->locks[0].is_found;
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    plan->is_merged |= timeline->bars[i].count > 1;
    plan->has_waits |= timeline->bars[i].kind == BAR_WAIT && plan_is_in_focus(plan, &timeline->bars[i]);
    plan->has_several |= bar_is_several(&timeline->bars[i]) && timeline->bars[i].kind == BAR_HOLD;
    plan->has_stuck |= timeline->bars[i].kind == BAR_STUCK && timeline->last <= plan->to;
  }
}

void plan_done(struct plan *plan) {
  free(plan->tracks);
  free(plan->locks);
}
