/* analysis.h - the driver: one trace through model and detectors, findings resolved at the end. */
#ifndef INSPECTOR_ANALYSIS_H
#define INSPECTOR_ANALYSIS_H

#include "detect/detector.h"
#include "report/reporter.h"

struct symbols;

/* Somebody who looks along while the traces are read for the first time; `trace` is what findings call their source. */
struct analysis_visitor {
  void *state;
  void (*event)(void *state, uint32_t trace, const struct model *model, const struct event *event); /* after the step; may be NULL */
  void (*end)(void *state, uint32_t trace, const struct model *model, struct symbols *symbols);     /* of the trace; may be NULL */
};

struct analysis_options {
  struct detect_options detect;
  const struct analysis_visitor *visitor; /* NULL: nobody */
  const char *stuck;                      /* path of the recording whose process was seen stuck, though it does not say so; NULL: none */
  const char *const *only;                /* kinds to run, NULL-terminated; NULL: all */
  bool is_live;                           /* the processes live: only what never goes on is looked for */
};

/* Analyse every trace named (files, folders of a recording, text traces), parents before the children they forked.
 * Adds findings and totals; a trace that cannot be read adds a note and counts in *ret_unreadable. */
void analysis_run(char *const *paths, size_t n_paths, const struct analysis_options *options, struct findings *findings,
                  struct summary *summary, unsigned *ret_unreadable);

#endif
