/* heritage.c - see heritage.h. Parents are read before their children (inputs.h), and nothing else of a trace outlives its turn. */
#include "detect/heritage.h"

#include <inttypes.h>
#include <stdlib.h>

#include "findings/symbolize.h"
#include "util/alloc.h"

#define FORKS_TOLD 1000u /* in words */

void heritage_give(const struct heritage *heritage, const struct input *input, struct model *model) {
  for (uint32_t i = 0; i < heritage->n_parents; i++) {
    const struct heritage_parent *parent = &heritage->parents[i];
    if (!input->parent_pid || parent->pid != input->parent_pid || parent->start_ticks != input->parent_start)
      continue;
    for (uint32_t k = 0; k < parent->n_forks; k++)
      if (parent->forks[k].fork_number == input->parent_fork)
        model_inherit(model, &parent->forks[k]);
  }
}

void heritage_keep(struct heritage *heritage, const struct inputs *inputs, const struct input *input, struct model *model) {
  if (!model->n_forks || !inputs_has_child(inputs, input))
    return;
  heritage->parents = grow(heritage->parents, heritage->n_parents, &heritage->capacity, sizeof *heritage->parents);
  heritage->parents[heritage->n_parents++] = (struct heritage_parent){input->pid, input->start_ticks, model->forks, model->n_forks};
  model->forks = NULL;
  model->n_forks = 0;
}

void heritage_tell(struct heritage *heritage, const struct input *input, const struct model *model, struct symbols *symbols) {
  struct heritage_parent *parent = heritage->n_parents ? &heritage->parents[heritage->n_parents - 1] : NULL;
  if (!parent || parent->pid != input->pid || parent->start_ticks != input->start_ticks)
    return;
  for (uint32_t i = 0; i < parent->n_forks && i < FORKS_TOLD; i++) {
    struct fork_snapshot *fork = &parent->forks[i];
    fork->place = fork->n_held && fork->site ? findings_textf(model, symbols, "%%s%" PRIu32 "%%", fork->site) : NULL;
    for (uint32_t k = 0; k < fork->n_held; k++) {
      struct fork_held *held = &fork->held[k];
      held->holder = findings_textf(model, symbols, "%%t%" PRIu32 "%%", held->thread);
      held->place = held->site ? findings_textf(model, symbols, "%%s%" PRIu32 "%%", held->site) : NULL;
    }
  }
}

void heritage_done(struct heritage *heritage) {
  for (uint32_t i = 0; i < heritage->n_parents; i++) {
    for (uint32_t k = 0; k < heritage->parents[i].n_forks; k++)
      fork_snapshot_done(&heritage->parents[i].forks[k]);
    free(heritage->parents[i].forks);
  }
  free(heritage->parents);
  *heritage = (struct heritage){0};
}
