/* misuse.h - what the detectors of misuse share: one odd event makes one finding about the thread that did it.
 *
 * A detector begins a finding with misuse_new(), says in a sentence what happened, adds the places that explain it, and hands
 * it to findings_add(). Recorded misuse is `observed`; where the recording has gaps, an event that is missing could explain
 * it, so it is `plausible` unless the call itself was refused. */
#ifndef INSPECTOR_MISUSE_H
#define INSPECTOR_MISUSE_H

#include "detect/detector.h"

struct finding *misuse_new(const struct model *model, const struct event *event, const char *kind, enum severity severity,
                           const char *what);

/* The same for what shows at the end of the trace only; `result` is what a call answered, 0 if none did. */
enum verdict misuse_verdict(const struct model *model, int result);
void misuse_reason(struct finding *finding, const struct model *model, int result);

/* At the end of the trace, with model_n_going_on() 0: the thread waits, and nobody is left who could end that. */
struct finding *misuse_new_stuck(const struct model *model, uint32_t thread, const char *kind, const char *what);

/* Places beside the first thread of the finding. */
void misuse_show_holders(struct finding *finding, const struct model *model, uint32_t object);
void misuse_show_waiters(struct finding *finding, const struct model *model, uint32_t object, const char *what);
void misuse_show_first(struct finding *finding, const struct model *model, uint32_t object);
void misuse_show_release(struct finding *finding, const struct model *model, uint32_t object);
void misuse_show_end(struct finding *finding, const struct model *model, uint32_t object);

/* "while %t2% holds it", "while 2 threads wait on it": who uses the object now, as seen by `thread`. The caller frees. */
char *misuse_use(const struct model *model, uint32_t object, uint32_t thread);

/* Adds the thread's forgotten locks to finding.threads[index]; returns their names in words, NULL if there are none. The caller frees. */
char *misuse_add_holds(struct finding *finding, uint32_t index, const struct model *model);

/* An error-checking mutex that refuses does what it is there for: the program may count on it. */
static inline enum severity misuse_refusal_severity(const struct model *model, const struct event *event) {
  bool asked_for = model->objects[event->object].kind & TRACE_TYPE_ERRORCHECK;
  return event->result && asked_for ? SEVERITY_NOTE : SEVERITY_ERROR;
}

#endif
