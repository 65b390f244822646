/* visit.h - traces read once more for somebody who looks along; no detector runs. */
#ifndef INSPECTOR_VISIT_H
#define INSPECTOR_VISIT_H

#include "detect/analysis.h"

/* The numbers of traces, threads, objects and events are those of every other reading. Trouble has been said at the first one. */
void visit_traces(char *const *paths, size_t n_paths, const struct analysis_visitor *visitor);

#endif
