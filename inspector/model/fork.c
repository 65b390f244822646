/* fork.c - what a forked child inherits: the forking thread's locks are its main thread's; those of threads that do not exist in
 * the child are held by nobody we could name, so that an unlock or a new initialisation there (pthread_atfork) is no finding. */
#include "model/model_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static void remember_thread(const struct model *model, uint32_t thread, bool is_forker, struct fork_snapshot *snapshot,
                            uint32_t *capacity) {
  const struct thread *t = &model->threads[thread];
  for (uint32_t i = 0; i < t->n_held; i++) {
    const struct object *object = &model->objects[t->held[i].object];
    uint64_t address = object->place < model->info->n_places ? model->info->places[object->place].address : 0;
    snapshot->held = grow(snapshot->held, snapshot->n_held, capacity, sizeof *snapshot->held);
    snapshot->held[snapshot->n_held++] = (struct fork_held){.address = address,
                                                            .kind = object->kind,
                                                            .mode = t->held[i].mode,
                                                            .depth = t->held[i].depth,
                                                            .by_forker = is_forker,
                                                            .thread = thread,
                                                            .site = t->held[i].site};
  }
}

void fork_remember(struct model *model, const struct event *event) {
  uint32_t capacity = 0;
  model->forks = grow(model->forks, model->n_forks, &model->private_->fork_capacity, sizeof *model->forks);
  struct fork_snapshot *snapshot = &model->forks[model->n_forks++];
  *snapshot = (struct fork_snapshot){.fork_number = event->value, .site = event->site};
  for (uint32_t i = 0; i < model->n_threads; i++)
    remember_thread(model, i, i == event->thread, snapshot, &capacity);
}

static int compare_address(const void *a, const void *b) {
  uint64_t x = ((const struct fork_held *)a)->address, y = ((const struct fork_held *)b)->address;
  return (x > y) - (x < y);
}

void model_inherit(struct model *child, const struct fork_snapshot *snapshot) {
  struct model_private *private_ = child->private_;
  free(private_->inherited);
  private_->inherited = xcalloc(snapshot->n_held, sizeof *private_->inherited);
  private_->n_inherited = snapshot->n_held;
  private_->fork_place = snapshot->place;
  if (!snapshot->n_held)
    return;
  memcpy(private_->inherited, snapshot->held, snapshot->n_held * sizeof *snapshot->held);
  qsort(private_->inherited, private_->n_inherited, sizeof *private_->inherited, compare_address);
}

/* The forking thread's heir, unless the trace does not say which that is. */
static uint32_t main_thread(const struct model *model, uint32_t otherwise) {
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (model->threads[i].is_main)
      return i;
  return otherwise;
}

static const struct fork_held *find_inherited(const struct model *model, uint32_t object) {
  uint32_t place = model->objects[object].place;
  const struct model_private *private_ = model->private_;
  struct fork_held key = {.address = place < model->info->n_places ? model->info->places[place].address : 0};
  if (!key.address || !private_->n_inherited)
    return NULL;
  return bsearch(&key, private_->inherited, private_->n_inherited, sizeof key, compare_address);
}

/* The first of them tells who held it: an object that was seen in this process since is not unsure any more. */
const struct fork_held *model_held_at_fork(const struct model *model, uint32_t object) {
  static const struct fork_held typed = {0};
  const struct object *o = &model->objects[object];
  if (!o->is_unsure || o->generation || o->owner != NO_INDEX || o->n_readers)
    return NULL;
  bool is_typed = o->place < model->info->n_places && model->info->places[o->place].is_lost;
  const struct fork_held *held = is_typed ? &typed : find_inherited(model, object);
  return held && !held->by_forker && !((held->kind | o->kind) & TRACE_TYPE_SHARED) ? held : NULL;
}

const char *model_fork_place(const struct model *model) {
  return model->private_->fork_place;
}

void fork_snapshot_done(struct fork_snapshot *snapshot) {
  for (uint32_t i = 0; i < snapshot->n_held; i++) {
    free(snapshot->held[i].holder);
    free(snapshot->held[i].place);
  }
  free(snapshot->held);
  free(snapshot->place);
}

void fork_apply_inherited(struct model *model, uint32_t object, uint32_t thread) {
  const struct fork_held *held = find_inherited(model, object);
  if (!held)
    return;
  if (held->by_forker && !(held->kind & TRACE_TYPE_SHARED))
    lock_inherit(model, main_thread(model, thread), object, held);
  else
    model->objects[object].is_unsure = true;
}
