/* use_after_destroy.c - a lock, condition or semaphore is used after it was destroyed and before it is initialised again.
 *
 * A barrier is barrier-misuse's. What it cannot see: a static initialiser assigned to the destroyed object, which makes it good
 * again without a call (for a mutex of the C library it shows: the next lock succeeds); use after the memory was freed. */
#include <inttypes.h>

#include "detect/misuse.h"

struct word {
  uint64_t ops;
  const char *does, *done;
};

static const struct word words[] = {
    {OP_BIT(TRACE_REL) | OP_BIT(TRACE_REL_ODD) | OP_BIT(TRACE_REL_FAIL), "unlocks", "unlocked here"},
    {OP_BIT(TRACE_WAIT) | OP_BIT(TRACE_WAIT_FAIL) | OP_BIT(TRACE_SEM_REQ) | OP_BIT(TRACE_SEM_WAIT) | OP_BIT(TRACE_SEM_FAIL), "waits on",
     "waits here"},
    {OP_BIT(TRACE_AWAIT) | OP_BIT(TRACE_PASS) | OP_BIT(TRACE_AWAIT_FAIL), "waits for", "waits here"},
    {OP_BIT(TRACE_SIGNAL) | OP_BIT(TRACE_BROADCAST) | OP_BIT(TRACE_NOTIFY_FAIL), "notifies", "notified here"},
    {OP_BIT(TRACE_SET), "sets", "set here"},
    {OP_BIT(TRACE_CLEAR), "clears", "cleared here"},
    {OP_BIT(TRACE_START) | OP_BIT(TRACE_START_FAIL), "starts", "started here"},
    {OP_BIT(TRACE_PUT_REQ) | OP_BIT(TRACE_PUT) | OP_BIT(TRACE_PUT_FAIL), "puts into", "put here"},
    {OP_BIT(TRACE_GET_REQ) | OP_BIT(TRACE_GET) | OP_BIT(TRACE_GET_FAIL), "gets from", "got here"},
    {OP_BIT(TRACE_TASK_DONE) | OP_BIT(TRACE_TASK_DONE_FAIL) | OP_BIT(TRACE_SHUTDOWN) | OP_BIT(TRACE_ABORT), "uses", "used here"},
    {OP_BIT(TRACE_POST), "posts", "posted here"},
    {OP_BIT(TRACE_DESTROY), "destroys", "destroyed again here"},
    {~UINT64_C(0), "locks", "locked here"},
};

static const struct word *word_for(uint8_t op) {
  const struct word *word = words;
  while (!(word->ops & OP_BIT(op)))
    word++;
  return word;
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)state;
  const struct word *word = word_for(event->op);
  struct finding *finding = misuse_new(model, event, "use-after-destroy", SEVERITY_ERROR, word->done);
  finding_message(finding, "%%t%" PRIu32 "%% %s %%o%" PRIu32 "%%, which was %sdestroyed", event->thread, word->does, event->object,
                  event->op == TRACE_DESTROY ? "already " : "");
  misuse_show_end(finding, model, event->object);
  findings_add(out, finding);
}

const struct detector detector_use_after_destroy = {
    .id = "use-after-destroy",
    .letter = 'M',
    .title = "A lock is used after it was destroyed",
    .oddities = ODD_USE_DESTROYED,
    .event = see,
};
