/* scope.h - what the user wants to see, found out in a reading of its own: names into objects and threads, a finding into its time. */
#ifndef VIZ_SCOPE_H
#define VIZ_SCOPE_H

#include "viz/view.h"

/* As typed. */
struct scope_wish {
  double from_s, to_s;       /* text traces: lines; to_s below 0: the end */
  const char *lock, *thread; /* NULL: all */
  bool is_around;            /* only the time of the finding */
};

struct scope {
  const struct scope_wish *wish;
  const struct finding *around; /* NULL: none */
  bool *objects, *threads;
  uint32_t n_objects, n_threads;
  uint64_t first, last; /* times of the finding's events */
  bool has_times;
  char *problem; /* one line: what there is not in this trace; NULL: nothing */
};

void scope_init(struct scope *scope, const struct scope_wish *wish, const struct finding *finding);
void scope_done(struct scope *scope);

/* Is a reading needed at all? */
bool scope_needs_reading(const struct scope_wish *wish);
void scope_event(struct scope *scope, const struct model *model, const struct event *event);
void scope_end(struct scope *scope, const struct model *model, const struct names *names);

/* `is_text`: of the trace. Points into the scope. */
struct view_scope scope_view(const struct scope *scope, bool is_text);

#endif
