/* heritage.h - the locks that processes held when they forked, kept for the recordings of their children. */
#ifndef INSPECTOR_HERITAGE_H
#define INSPECTOR_HERITAGE_H

#include "detect/inputs.h"
#include "model/model.h"

/* Zeroed: empty. */
struct heritage {
  struct heritage_parent {
    uint32_t pid;
    uint64_t start_ticks;
    struct fork_snapshot *forks;
    uint32_t n_forks;
  } * parents;
  uint32_t n_parents, capacity;
};

/* Before the first event of a trace: what its process held when it began. */
void heritage_give(const struct heritage *heritage, const struct input *input, struct model *model);
/* Behind the last one: takes the forks out of the model, if some trace among the inputs is a child's. */
void heritage_keep(struct heritage *heritage, const struct inputs *inputs, const struct input *input, struct model *model);
/* Behind the keeping, while the symbols of the trace exist: who held what, and where, in words for the children's reports. */
struct symbols;
void heritage_tell(struct heritage *heritage, const struct input *input, const struct model *model, struct symbols *symbols);
void heritage_done(struct heritage *heritage);

#endif
