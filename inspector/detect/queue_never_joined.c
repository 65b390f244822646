/* queue_never_joined.c - a thread waits for a queue's items to be done, and nobody is left to do them.
 *
 * It is told when the recording ends in such a wait and every other thread had ended or waited without a timeout, too. While
 * others still ran, they may be at it, and nothing is said. What it cannot see: which of the threads that got items has
 * forgotten to say that they are done; it shows who got the last. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "detect/wait_graph.h"
#include "util/alloc.h"

struct taking {
  uint32_t thread, site;
  uint64_t ordinal; /* 0: none was taken */
};

/* The last GET, by object. */
struct takings {
  struct taking *items;
  uint32_t n, capacity;
};

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)model, (void)out;
  struct takings *takings = state;
  if (trace_family(event->kind) != TRACE_KIND_QUEUE)
    return;
  if (event->object >= takings->capacity)
    takings->items = grow(takings->items, event->object, &takings->capacity, sizeof *takings->items);
  if (event->object >= takings->n)
    takings->n = event->object + 1;
  takings->items[event->object] = (struct taking){event->thread, event->site, event->ordinal};
}

static void tell(const struct takings *takings, const struct model *model, uint32_t thread, struct findings *out) {
  uint32_t queue = model->threads[thread].blocked.object, n = model->objects[queue].n_unfinished;
  struct finding *finding = misuse_new_stuck(model, thread, "queue-never-joined", "waits for it here");
  finding_message(finding,
                  "%%t%" PRIu32 "%% waits until %%o%" PRIu32 "%% is done, of which %" PRIu32 " item%s, and nobody is left to do %s", thread,
                  queue, n, n == 1 ? " is not" : "s are not", n == 1 ? "it" : "them");
  finding->threads[0].wants = queue;
  if (queue < takings->n && takings->items[queue].ordinal) {
    const struct taking *last = &takings->items[queue];
    finding_add_place(&finding->threads[0], "last taken from here", queue, last->thread, last->site, last->ordinal);
  }
  misuse_show_first(finding, model, queue);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  if (!world_is_closed(model))
    return;
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    bool joins_queue = blocked->op == TRACE_AWAIT && trace_family(model->objects[blocked->object].kind) == TRACE_KIND_QUEUE;
    if (joins_queue && thread_waits_on(model, i))
      tell(state, model, i, out);
  }
}

static void done(void *state) {
  free(((struct takings *)state)->items);
}

const struct detector detector_queue_never_joined = {
    .id = "queue-never-joined",
    .letter = 'M',
    .title = "A queue is waited for whose items nobody will do",
    .ops = OP_BIT(TRACE_GET),
    .state_size = sizeof(struct takings),
    .event = see,
    .finish = finish,
    .done = done,
};
