/* thread_misused.c - a thread or timer is started a second time, or joined before it was started: the call answered EINVAL; or a timer is
 * joined in its own function, which answers EDEADLK.
 *
 * What it cannot see: a thread structure that is initialised again while its thread runs, as that makes no call that is recorded. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "util/alloc.h"

struct start {
  uint32_t thread, site;
  uint64_t ordinal; /* 0: not seen */
};

/* By object. */
struct starts {
  struct start *items;
  uint32_t n, capacity;
};

static void note_start(struct starts *starts, const struct event *event) {
  if (event->object >= starts->capacity)
    starts->items = grow(starts->items, event->object, &starts->capacity, sizeof *starts->items);
  if (event->object >= starts->n)
    starts->n = event->object + 1;
  starts->items[event->object] = (struct start){event->thread, event->site, event->ordinal};
}

static void tell(const struct starts *starts, const struct model *model, const struct event *event, const char *how, struct findings *out) {
  bool is_start = event->op == TRACE_START_FAIL;
  struct finding *finding = misuse_new(model, event, "thread-misused", SEVERITY_ERROR, is_start ? "started here" : "joined here");
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%% %s", event->thread, is_start ? "starts" : "joins", event->object, how);
  const struct start *start = event->object < starts->n ? &starts->items[event->object] : NULL;
  if (start && start->ordinal)
    finding_add_place(&finding->threads[0], is_start ? "first started here" : "started here", event->object, start->thread, start->site,
                      start->ordinal);
  findings_add(out, finding);
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  struct starts *starts = state;
  uint32_t family = trace_family(event->kind);
  bool is_refused = event->result == EINVAL || !event->result;
  if (family != TRACE_KIND_THREAD && family != TRACE_KIND_TIMER)
    return;
  if (event->op == TRACE_START)
    note_start(starts, event);
  else if (event->op == TRACE_START_FAIL && is_refused)
    tell(starts, model, event, "a second time", out);
  else if (event->op == TRACE_AWAIT_FAIL && event->result == EINVAL)
    tell(starts, model, event, "before it was started", out);
  else if (event->op == TRACE_AWAIT_FAIL && event->result == EDEADLK)
    tell(starts, model, event, "from within it", out);
}

static void done(void *state) {
  free(((struct starts *)state)->items);
}

const struct detector detector_thread_misused = {
    .id = "thread-misused",
    .letter = 'J',
    .title = "A thread is started twice, or joined before its start",
    .ops = OP_BIT(TRACE_START) | OP_BIT(TRACE_START_FAIL) | OP_BIT(TRACE_AWAIT_FAIL),
    .state_size = sizeof(struct starts),
    .event = see,
    .done = done,
};
