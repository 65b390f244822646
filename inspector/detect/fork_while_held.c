/* fork_while_held.c - a forked child waits for a lock that another thread of its parent held at the fork.
 *
 * The child has one thread only; the holder was left behind, and the child's copy of the lock stays taken for ever (POSIX, fork(): "the
 * child process may only execute async-signal-safe operations"). Who held what is known from the parent's recording, which is to be read
 * with the child's. What it cannot see: locks inside of libraries that make no calls; locks in memory that both processes share are not
 * meant. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/hang.h"
#include "detect/misuse.h"

static void tell(const struct wait_graph *graph, uint32_t thread, struct findings *out) {
  struct finding *finding = finding_new("fork-while-held", VERDICT_OBSERVED, SEVERITY_ERROR);
  char *message = hang_message(graph, &thread, 1);
  finding_message(finding, "%s", message);
  free(message);
  hang_reason(finding, graph->model, "it was still waiting when the recording ended, and the lock's holder does not exist in this process");
  hang_add_thread(finding, graph, thread);
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  (void)state;
  struct wait_graph graph = wait_graph_find(model);
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (thread_waits_for_lost_lock(model, i))
      tell(&graph, i, out);
  wait_graph_done(&graph);
}

const struct detector detector_fork_while_held = {
    .id = "fork-while-held",
    .letter = 'F',
    .title = "A forked child waits for a lock that its parent's other thread held",
    .finish = finish,
};
