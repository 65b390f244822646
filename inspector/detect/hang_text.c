/* hang_text.c - see hang_text.h. The placeholders are those of finding.h. */
#include "detect/hang_text.h"

#include <inttypes.h>

#include "detect/served.h"

#define MAX_HOLDS 3u  /* locks of one thread in a sentence */
#define MAX_BEHIND 3u /* threads besides main */

/* What is to become of the object, by the call that waits for it; a family of 0 is any. */
static const struct awaited {
  uint8_t op, family;
  const char *text;
} awaited[] = {
    {TRACE_WAIT, 0, "to be signalled"},
    {TRACE_SEM_REQ, 0, "to be posted"},
    {TRACE_ARRIVE, 0, "to be filled"},
    {TRACE_PUT_REQ, 0, "to have room"},
    {TRACE_GET_REQ, 0, "to hold something"},
    {TRACE_AWAIT, TRACE_KIND_TRACK_EVENT, "to be set"},
    {TRACE_AWAIT, TRACE_KIND_QUEUE, "to be worked off"},
    {TRACE_AWAIT, TRACE_KIND_EXECUTOR, "to end"},
    {TRACE_AWAIT, 0, "to be done"},
};

static const char *awaited_text(const struct model *model, const struct blocked *blocked) {
  uint32_t family = trace_family(model->objects[blocked->object].kind);
  for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
    if (awaited[i].op == blocked->op && (!awaited[i].family || awaited[i].family == family))
      return awaited[i].text;
  return NULL;
}

static void tell_place(FILE *out, const char *before, uint32_t site) {
  if (site)
    fprintf(out, "%s%%s%" PRIu32 "%%", before, site);
}

/* Does somebody who is stuck ask for the lock? In a circle over several processes that may be anybody. */
static bool is_wanted(const struct wait_graph *graph, uint32_t lock) {
  if (graph->model->info->n_across && graph->model->objects[lock].kind & TRACE_TYPE_SHARED)
    return true;
  for (uint32_t i = 0; i < graph->model->n_threads; i++)
    if (graph->is_stuck[i] && graph->model->threads[i].blocked.op && thread_wanted_lock(graph->model, i) == lock)
      return true;
  return false;
}

/* Returns whether it holds any that matters. */
static bool tell_holds(FILE *out, const struct wait_graph *graph, const struct thread *thread) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < thread->n_held && n < MAX_HOLDS; i++) {
    const struct held *held = &thread->held[i];
    if (!is_wanted(graph, held->object))
      continue;
    const char *verb = held->mode & TRACE_MODE_READ ? "reads" : "holds";
    fprintf(out, "%s %s %%o%" PRIu32 "%%", n++ ? " and" : "", verb, held->object);
    tell_place(out, ", taken at ", held->site);
    fputs(held->site ? "," : "", out);
  }
  return n;
}

/* Whom it waits for: one of its own circle, if there are several. NO_INDEX: nobody in particular. */
static uint32_t waits_for(const struct wait_graph *graph, uint32_t thread) {
  const struct graph *g = &graph->graph;
  for (uint32_t i = g->first[thread]; i < g->first[thread + 1]; i++)
    if (g->to[i] != thread && graph->component[g->to[i]] == graph->component[thread])
      return g->to[i];
  return g->first[thread] < g->first[thread + 1] ? g->to[g->first[thread]] : NO_INDEX;
}

/* ", which worker-1 of the parent process held, taken at x.c:10, when it forked this one, at x.c:30". The texts come from another
 * recording. */
static void tell_lost(FILE *out, const struct model *model, uint32_t object) {
  const struct fork_held *held = model_held_at_fork(model, object);
  const char *place = model_fork_place(model);
  if (!held)
    return;
  fprintf(out, ", which %s of the parent process held", held->holder ? held->holder : "another thread");
  if (held->place)
    fprintf(out, ", taken at %s,", held->place);
  fprintf(out, " when it forked this one%s%s", place ? ", at " : "", place ? place : "");
}

static const char *served_text(uint8_t op) {
  switch (op) {
  case TRACE_WAIT:
    return "signalled last";
  case TRACE_SEM_REQ:
    return "posted last";
  case TRACE_GET_REQ:
    return "put into last";
  case TRACE_PUT_REQ:
    return "emptied last";
  default:
    return "set last";
  }
}

static void tell_deed(FILE *out, const char *what, const struct deed *deed, uint32_t thread) {
  if (deed->thread == thread)
    fprintf(out, ", %s by itself", what);
  else
    fprintf(out, ", %s by %%t%" PRIu32 "%%", what, deed->thread);
  tell_place(out, ", at ", deed->site);
}

/* ", whose last unit was taken by %t2%, at %s3%", ", which was never signalled" */
static void tell_history(FILE *out, const struct wait_graph *graph, const struct blocked *blocked, uint32_t thread) {
  struct served served = served_of(graph->served, blocked->object);
  bool is_in_vain = served.vain.ordinal && served.vain.ordinal == served.last.ordinal && served.last.ordinal < blocked->ordinal;
  if (blocked->op == TRACE_SEM_REQ && served.taken.ordinal > served.last.ordinal)
    tell_deed(out, "whose last unit was taken", &served.taken, thread);
  else if (blocked->op == TRACE_PUT_REQ && served.taken.ordinal)
    tell_deed(out, served_text(blocked->op), &served.taken, thread);
  else if (blocked->op == TRACE_WAIT && is_in_vain)
    tell_deed(out, "signalled before, when nobody waited,", &served.last, thread);
  else if (served.last.ordinal && blocked->op != TRACE_PUT_REQ)
    tell_deed(out, served_text(blocked->op), &served.last, thread);
  else if (blocked->op == TRACE_WAIT || blocked->op == TRACE_SEM_REQ)
    fprintf(out, ", which was never %s", blocked->op == TRACE_WAIT ? "signalled" : "posted");
}

/* ", where 1 of 2 threads have come" */
static void tell_barrier(FILE *out, const struct object *barrier) {
  if (barrier->value_known)
    fprintf(out, ", where %" PRIu32 " of %" PRIu64 " threads have come", barrier->n_waiters, barrier->value);
}

/* ", which %t2% holds" */
static void tell_holder(FILE *out, const struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  uint32_t object = model->threads[thread].blocked.object, owner = model->objects[object].owner;
  bool is_of_file = trace_family(model->objects[object].kind) == TRACE_KIND_FILE_LOCK;
  bool is_owned = owner < model->n_threads;
  if (is_of_file && !(is_owned && graph->is_closed)) /* who took it last may have closed it since */
    return;
  uint32_t other = is_owned ? owner : waits_for(graph, thread);
  if (other == NO_INDEX) {
    tell_lost(out, model, object);
    return;
  }
  const char *verb = "holds";
  if (!is_owned && !thread_held(&model->threads[other], object)) {
    fprintf(out, ", behind %%t%" PRIu32 "%%, which waits to write it", other);
    return;
  }
  if (!is_owned)
    verb = "reads";
  else if (trace_family(model->objects[object].kind) == TRACE_KIND_ONCE)
    verb = "initialises";
  if (other == thread)
    fprintf(out, ", which it %s itself", verb);
  else if (model->threads[other].state == THREAD_ENDED)
    fprintf(out, ", which %%t%" PRIu32 "%% held when it ended", other);
  else
    fprintf(out, ", which %%t%" PRIu32 "%% %s", other, verb);
}

/* " and then for %o5%, which %t2% holds" */
static void tell_taking_back(FILE *out, const struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  uint32_t mutex = thread_wanted_lock(model, thread), other = mutex == NO_INDEX ? NO_INDEX : model->objects[mutex].owner;
  if (other >= model->n_threads || other == thread)
    return;
  const char *verb = model->threads[other].state == THREAD_ENDED ? "held when it ended" : "holds";
  fprintf(out, ", and needs %%o%" PRIu32 "%% back, which %%t%" PRIu32 "%% %s", mutex, other, verb);
}

static void tell_wait(FILE *out, const struct wait_graph *graph, uint32_t thread) {
  const struct model *model = graph->model;
  const struct blocked *blocked = &model->threads[thread].blocked;
  if (blocked->op == TRACE_JOIN_REQ) {
    fprintf(out, " waits for %%t%" PRIu32 "%% to end", blocked->target);
    tell_place(out, ", at ", blocked->site);
    return;
  }
  if (blocked->object >= model->n_objects)
    return;
  const char *what = awaited_text(model, blocked);
  fprintf(out, " waits for %%o%" PRIu32 "%%%s%s", blocked->object, what ? " " : "", what ? what : "");
  if (blocked->op == TRACE_REQ && blocked->mode & TRACE_MODE_CONDITION)
    fputs(" again, after a condition wait,", out);
  tell_place(out, " at ", blocked->site);
  if (blocked->op == TRACE_REQ)
    tell_holder(out, graph, thread);
  else if (blocked->op == TRACE_ARRIVE)
    tell_barrier(out, &model->objects[blocked->object]);
  else if (graph->served)
    tell_history(out, graph, blocked, thread);
  if (blocked->op == TRACE_WAIT)
    tell_taking_back(out, graph, thread);
}

void hang_tell_thread(FILE *out, const struct wait_graph *graph, uint32_t thread) {
  fprintf(out, "%%t%" PRIu32 "%%", thread);
  if (tell_holds(out, graph, &graph->model->threads[thread]))
    fputs(" and", out);
  tell_wait(out, graph, thread);
  fputs(".", out);
}

static bool is_among(uint32_t thread, const uint32_t *threads, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (threads[i] == thread)
      return true;
  return false;
}

void hang_tell_behind(FILE *out, const struct wait_graph *graph, const uint32_t *told, uint32_t n_told) {
  uint32_t n = 0;
  for (int is_others = 0; is_others < 2; is_others++)
    for (uint32_t i = 0; i < graph->model->n_threads; i++) {
      if (!graph->is_stuck[i] || graph->model->threads[i].is_main == is_others || is_among(i, told, n_told))
        continue;
      if (is_others && ++n > MAX_BEHIND)
        continue;
      fputs("\n", out);
      hang_tell_thread(out, graph, i);
    }
  if (n > MAX_BEHIND)
    fprintf(out, "\n%" PRIu32 " more thread%s stuck, too.", n - MAX_BEHIND, n - MAX_BEHIND == 1 ? " is" : "s are");
}
