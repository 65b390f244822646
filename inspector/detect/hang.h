/* hang.h - what the detectors of threads that never go on share. */
#ifndef INSPECTOR_HANG_H
#define INSPECTOR_HANG_H

#include "detect/detector.h"
#include "detect/wait_graph.h"

/* hang_deadlock.c: circles of locks and joins at the end of the trace, of any length. */
void hang_tell_deadlocks(const struct model *model, struct findings *out);

/* What the thread waits for and holds, as its part of the finding. */
void hang_add_thread(struct finding *finding, const struct wait_graph *graph, uint32_t thread);

/* One sentence for each of these threads, and some for who is stuck behind them. The caller frees. */
char *hang_message(const struct wait_graph *graph, const uint32_t *threads, uint32_t n);

/* Sets reason and verdict: observed, plausible with a doubt. */
void hang_reason(struct finding *finding, const struct model *model, const char *what);

#endif
