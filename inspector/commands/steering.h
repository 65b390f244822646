/* steering.h - a predicted deadlock as places at which libtrack holds threads back (track/steer.h), tried in several ways. */
#ifndef INSPECTOR_STEERING_H
#define INSPECTOR_STEERING_H

#include <stdbool.h>

#include "findings/finding.h"
#include "track/steer.h"

/* Can the finding be steered to: are there threads that ask for locks or joins at known places? */
bool steering_init(struct trace_steer *steer, const struct finding *finding);

/* How the attempt goes about it: how long threads are held back, which of them, and from which visit on. From 1. */
void steering_attempt(struct trace_steer *steer, unsigned attempt);

/* Takes over what the program told, and nothing else: it may have written anywhere. */
void steering_listen(struct trace_steer *steer, const struct trace_steer *told);

/* "T2 (deposit) came there 3 times, T3 (audit) never": what the program told. Caller frees. */
char *steering_told(const struct trace_steer *steer, const struct finding *finding);

#endif
