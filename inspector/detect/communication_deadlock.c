/* communication_deadlock.c - no thread goes on, and at the root of it are waits for what another thread would have to do: post a semaphore,
 * come to a barrier, put an item, set an event, signal while somebody holds a lock.
 *
 * Told when the recording ends with every thread in a wait without a timeout, and nothing else can act in the process: no signal
 * handler, no timer, no process that shares the memory. Who merely waits (a worker for work) is not told of while any thread goes on. A
 * more special finding about the same wait (broken-barrier, queue-never-joined, pool-starvation) takes its place. What it cannot see: who
 * should have posted; it shows who did so before. */
#include "detect/hang.h"
#include "detect/hang_world.h"

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  served_see(state, model, event);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  struct hang_world world = hang_world_find(model, state);
  if (world.kind == HANG_COMMUNICATION)
    findings_add(
        out, hang_world_finding(&world, "communication-deadlock",
                                "they were still waiting when the recording ended, and nobody was left who could end one of these waits"));
  hang_world_done(&world);
}

static void done(void *state) {
  served_done(state);
}

const struct detector detector_communication_deadlock = {
    .id = "communication-deadlock",
    .letter = 'C',
    .title = "Threads wait for what none of them will do",
    .ops = SERVED_OPS,
    .state_size = sizeof(struct served_table),
    .event = see,
    .finish = finish,
    .done = done,
};
