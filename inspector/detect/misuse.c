/* misuse.c - see misuse.h. */
#include "detect/misuse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

#define MAX_PLACES 4u /* readers or waiters shown */
#define MAX_NAMES 3u  /* locks named in a sentence */

static bool has_gaps(const struct model *model) {
  return model->info->dropped || model->info->lost_order;
}

/* Misuse is told by what did not happen before, and that may be what was lost: no reason to fail a run. */
enum verdict misuse_verdict(const struct model *model, int result) {
  return has_gaps(model) && !result ? VERDICT_POTENTIAL : VERDICT_OBSERVED;
}

void misuse_reason(struct finding *finding, const struct model *model, int result) {
  if (result)
    finding_reason(finding, "the call answered %s in this run", strerrorname_np(result) ? strerrorname_np(result) : "an error");
  else if (model->info->dropped)
    finding_reason(finding, "%" PRIu64 " events are missing from the recording: one of them may explain it", model->info->dropped);
  else if (model->info->lost_order)
    finding_reason(finding, "the recorded order had to be guessed in places: another order may explain it");
  else
    finding_reason(finding, "it happened in this run");
}

struct finding *misuse_new(const struct model *model, const struct event *event, const char *kind, enum severity severity,
                           const char *what) {
  struct finding *finding = finding_new(kind, misuse_verdict(model, event->result), severity);
  finding_add_thread(finding, event->thread, event->ordinal, event->site, what);
  finding_add_event(finding, event->ordinal);
  misuse_reason(finding, model, event->result);
  return finding;
}

struct finding *misuse_new_stuck(const struct model *model, uint32_t thread, const char *kind, const char *what) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  struct finding *finding = finding_new(kind, misuse_verdict(model, 0), SEVERITY_ERROR);
  finding->is_hang = true;
  finding_add_thread(finding, thread, blocked->ordinal, blocked->site, what);
  finding_add_event(finding, blocked->ordinal);
  if (has_gaps(model))
    misuse_reason(finding, model, 0);
  else
    finding_reason(finding, "it was still waiting when the recording ended, and every other thread had ended or waited, too");
  return finding;
}

static void show_hold(struct finding *finding, const struct model *model, uint32_t thread, uint32_t object) {
  const struct held *held = thread_held(&model->threads[thread], object);
  if (held)
    finding_add_place(&finding->threads[0], held->mode & TRACE_MODE_READ ? "locked for reading here" : "locked here", object, thread,
                      held->site, held->ordinal);
}

void misuse_show_holders(struct finding *finding, const struct model *model, uint32_t object) {
  const struct object *o = &model->objects[object];
  if (o->owner != NO_INDEX)
    show_hold(finding, model, o->owner, object);
  for (uint32_t i = 0; o->n_readers && i < model->n_threads && finding->threads[0].n_places < MAX_PLACES; i++)
    show_hold(finding, model, i, object);
}

void misuse_show_waiters(struct finding *finding, const struct model *model, uint32_t object, const char *what) {
  for (uint32_t i = 0; i < model->n_threads && finding->threads[0].n_places < MAX_PLACES; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (i != finding->threads[0].thread && blocked->op && blocked->object == object)
      finding_add_place(&finding->threads[0], what, object, i, blocked->site, blocked->ordinal);
  }
}

void misuse_show_first(struct finding *finding, const struct model *model, uint32_t object) {
  const struct object *o = &model->objects[object];
  finding_add_place(&finding->threads[0], o->was_initialised ? "created here" : "first used here", object, o->first_thread, o->first_site,
                    o->first_ordinal);
}

void misuse_show_release(struct finding *finding, const struct model *model, uint32_t object) {
  const struct object *o = &model->objects[object];
  if (o->last_thread != NO_INDEX)
    finding_add_place(&finding->threads[0], "last unlocked here", object, o->last_thread, o->last_site, 0);
}

void misuse_show_end(struct finding *finding, const struct model *model, uint32_t object) {
  const struct object *o = &model->objects[object];
  if (o->end_thread != NO_INDEX)
    finding_add_place(&finding->threads[0], "destroyed here", object, o->end_thread, o->end_site, 0);
}

static uint32_t first_reader(const struct model *model, uint32_t object) {
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (thread_held(&model->threads[i], object))
      return i;
  return NO_INDEX;
}

char *misuse_use(const struct model *model, uint32_t object, uint32_t thread) {
  const struct object *o = &model->objects[object];
  uint32_t holder = o->owner != NO_INDEX ? o->owner : o->n_readers ? first_reader(model, object) : NO_INDEX;
  if (holder == thread)
    return xstrdup("while it holds it itself");
  if (holder != NO_INDEX)
    return xasprintf("while %%t%" PRIu32 "%% holds it%s", holder, o->owner == NO_INDEX ? " for reading" : "");
  uint32_t n = object_n_stuck(o);
  if (n)
    return xasprintf("while %" PRIu32 " %s on it", n, n == 1 ? "thread waits" : "threads wait");
  return xstrdup("while it is in use");
}

/* "a", "a and b", "a, b, c and 4 more" grow by one name; frees `names`. */
static char *append_name(char *names, uint32_t object, uint32_t at, uint32_t n) {
  if (at > MAX_NAMES)
    return names;
  char *longer;
  if (!at)
    longer = xasprintf("%%o%" PRIu32 "%%", object);
  else if (at == MAX_NAMES)
    longer = xasprintf("%s and %" PRIu32 " more", names, n - at);
  else
    longer = xasprintf("%s%s%%o%" PRIu32 "%%", names, at + 1 == n ? " and " : ", ", object);
  free(names);
  return longer;
}

char *misuse_add_holds(struct finding *finding, uint32_t index, const struct model *model) {
  struct finding_thread *part = &finding->threads[index];
  const struct thread *thread = &model->threads[part->thread];
  uint32_t n = 0, at = 0;
  for (uint32_t i = 0; i < thread->n_held; i++)
    n += held_is_forgotten(model, &thread->held[i]);
  char *names = NULL;
  for (uint32_t i = 0; i < thread->n_held; i++) {
    const struct held *held = &thread->held[i];
    if (!held_is_forgotten(model, held))
      continue;
    finding_add_hold(part, held->object, held->site, held->ordinal);
    names = append_name(names, held->object, at++, n);
  }
  return names;
}
