/* detector.h - the contract of every detector.
 *
 * A detector owns its state and nothing else: no globals, no output, no format. It sees the model as it was before the
 * event. `ops` and `oddities` say which events it is called for, so that a detector costs nothing on the others. */
#ifndef INSPECTOR_DETECTOR_H
#define INSPECTOR_DETECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "findings/finding.h"
#include "model/model.h"

#define OP_BIT(op) (UINT64_C(1) << (op))

struct detect_options {
  uint32_t max_cycle;    /* longest lock-order cycle looked for, default 4 */
  bool want_benign;      /* --all: explain the cycles that cannot deadlock */
  uint64_t max_patterns; /* budget of the cycle search */
};

struct detector {
  const char *id;    /* kind of its findings, stable: "deadlock" */
  char letter;       /* of finding ids */
  const char *title; /* one line: "Threads take locks in opposite order" */
  uint64_t ops;      /* OP_BIT() of the events it wants to see */
  uint32_t oddities; /* and any event with one of these */
  size_t state_size; /* zeroed state, allocated by the driver */
  void (*start)(void *state, const struct detect_options *options);                                       /* may be NULL */
  void (*event)(void *state, const struct model *model, const struct event *event, struct findings *out); /* may be NULL */
  void (*finish)(void *state, const struct model *model, struct findings *out);                           /* end of the trace; may be NULL */
  bool (*wants_again)(const void *state);  /* after finish() and finish_again(): read the whole trace once more? NULL: no */
  uint64_t again_ops;                      /* OP_BIT() of the events it wants to see then; 0: as in the first reading */
  void (*again)(void *state, const struct model *model, const struct event *event, struct findings *out); /* the further readings */
  void (*finish_again)(void *state, const struct model *model, struct findings *out);
  void (*done)(void *state); /* may be NULL */
};

#define DETECTOR(name) extern const struct detector detector_##name;
#include "detect/detectors.def"
#undef DETECTOR

extern const struct detector *const detectors[]; /* NULL-terminated, in table order */
extern const struct detector *const hang_detectors[]; /* those that look for threads that never go on, and for nothing else */
const struct detector *detector_find(const char *id);

#endif
