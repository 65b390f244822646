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
    snapshot->held[snapshot->n_held++] = (struct fork_held){address, object->kind, t->held[i].mode, t->held[i].depth, is_forker};
  }
}

void fork_remember(struct model *model, const struct event *event) {
  uint32_t capacity = 0;
  model->forks = grow(model->forks, model->n_forks, &model->private_->fork_capacity, sizeof *model->forks);
  struct fork_snapshot *snapshot = &model->forks[model->n_forks++];
  *snapshot = (struct fork_snapshot){.fork_number = event->value};
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

void fork_apply_inherited(struct model *model, uint32_t object, uint32_t thread) {
  uint32_t place = model->objects[object].place;
  if (place >= model->info->n_places)
    return;
  struct fork_held key = {.address = model->info->places[place].address};
  const struct model_private *private_ = model->private_;
  const struct fork_held *held = bsearch(&key, private_->inherited, private_->n_inherited, sizeof key, compare_address);
  if (!held || !key.address)
    return;
  if (held->by_forker)
    lock_inherit(model, main_thread(model, thread), object, held);
  else
    model->objects[object].is_unsure = true;
}
