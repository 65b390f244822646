/* lost_wakeup.c - a condition is waited for that nobody will signal any more, and so nobody goes on.
 *
 * A signal is not kept: one that comes before the wait is lost. The reason tells three cases apart: the last signal came before the wait
 * and found nobody; the condition was never signalled, so what is waited for was never made true; or it was, and nobody is left to do so
 * again. Told when every thread waits without a timeout and nothing else can act in the process, as communication-deadlock. What it cannot
 * see: the predicate, which is the program's own variable. */
#include "detect/hang.h"
#include "detect/hang_world.h"

static const char *const reasons[] = {
    [WAKEUP_BEFORE] = "the last signal came before the wait and woke nobody, and every thread now waits: no other signal will come",
    [WAKEUP_NEVER] = "it was never signalled, so what is waited for was never made true, and every thread now waits: nobody will do it",
    [WAKEUP_NOBODY_LEFT] = "nobody is left who could signal it: every other thread has ended or waits, too",
};

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  served_see(state, model, event);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  struct hang_world world = hang_world_find(model, state);
  if (world.kind == HANG_LOST_WAKEUP)
    findings_add(out, hang_world_finding(&world, "lost-wakeup", reasons[world.wakeup]));
  hang_world_done(&world);
}

static void done(void *state) {
  served_done(state);
}

const struct detector detector_lost_wakeup = {
    .id = "lost-wakeup",
    .letter = 'W',
    .title = "A thread waits for a signal that will not come",
    .ops = SERVED_OPS,
    .state_size = sizeof(struct served_table),
    .event = see,
    .finish = finish,
    .done = done,
};
