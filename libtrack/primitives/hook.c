/* hook.c - see hook.h; track_set_trace(). */
#include "primitives/hook.h"

#include <stdlib.h>
#include <string.h>

#include "preload/wrap.h"
#include "primitives/inner.h"

/* The object may be gone when the hook is called: its name is a copy. */
struct track_private_kept {
  struct track_trace_event event;
  char name[TRACK_NAME_BYTES];
  struct track_private_kept *next;
};

static void (*trace_hook)(const struct track_trace_event *event, void *arg);
static void *trace_hook_arg;
static uint32_t trace_hook_lock; /* protects these two */

/* The hook that threads started from now on get. */
PUBLIC void track_set_trace(void (*hook)(const struct track_trace_event *event, void *arg), void *arg) {
  inner_lock(&trace_hook_lock);
  trace_hook = hook;
  trace_hook_arg = arg;
  inner_unlock(&trace_hook_lock);
  if (hook)
    watch(WATCH_HOOK, true);
}

void hook_take(void) {
  inner_lock(&trace_hook_lock);
  void (*hook)(const struct track_trace_event *event, void *arg) = trace_hook;
  void *arg = trace_hook_arg;
  inner_unlock(&trace_hook_lock);
  if (hook)
    watch(WATCH_HOOK, true);
  track_self.hook = hook;
  track_self.hook_arg = arg;
}

static void call(struct self *self, const struct track_trace_event *event) {
  self->is_in_hook = true;
  self->hook(event, self->hook_arg);
  self->is_in_hook = false;
}

/* Without memory the hook misses it. */
static void keep(struct self *self, const struct track_trace_event *event) {
  struct track_private_kept *kept = malloc(sizeof *kept), **last = &self->kept;
  if (!kept)
    return;
  kept->event = *event;
  kept->next = NULL;
  size_t n = strnlen(event->object_name, sizeof kept->name - 1);
  memcpy(kept->name, event->object_name, n);
  kept->name[n] = 0;
  kept->event.object_name = kept->name;
  while (*last)
    last = &(*last)->next;
  *last = kept;
}

void hook_tell(const char *operation, const struct track_private_name *name) {
  struct self *self = &track_self;
  if (!self->hook || self->is_in_hook)
    return;
  struct track_trace_event event = {
      .operation = operation,
      .object_name = name && name->private_given ? name->private_given : "",
      .object = name,
      .time_ns = (int64_t)clock_monotonic_ns(),
  };
  if (self->n_inner_locks)
    keep(self, &event);
  else
    call(self, &event);
}

void hook_locked(void) {
  track_self.n_inner_locks += track_self.hook != NULL;
}

void hook_unlocked(void) {
  struct self *self = &track_self;
  if (!self->hook || --self->n_inner_locks || self->is_in_hook)
    return;
  for (struct track_private_kept *kept; (kept = self->kept);) {
    self->kept = kept->next;
    call(self, &kept->event);
    free(kept);
  }
}

void hook_after_fork(void) {
  trace_hook_lock = 0;
  track_self.n_inner_locks = 0;
}
