/* hang_text.h - what a thread that is stuck holds and waits for, in one sentence. */
#ifndef INSPECTOR_HANG_TEXT_H
#define INSPECTOR_HANG_TEXT_H

#include <stdio.h>

#include "detect/wait_graph.h"

/* "%t1% holds %o3%, taken at %s5%, and waits for %o4% at %s6%, which %t2% holds." */
void hang_tell_thread(FILE *out, const struct wait_graph *graph, uint32_t thread);

/* Sentences on those who are stuck and not among `told`: the main thread and a few others, then how many. */
void hang_tell_behind(FILE *out, const struct wait_graph *graph, const uint32_t *told, uint32_t n_told);

#endif
