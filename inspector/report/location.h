/* location.h - one file and one line for what a finding shows as whole stacks: where people's tools put a mark. */
#ifndef INSPECTOR_LOCATION_H
#define INSPECTOR_LOCATION_H

#include "report/reporter.h"

struct location {
  char *path;                /* relative to the root if it is inside; NULL: nothing is known */
  uint64_t line;             /* 0: unknown */
  bool is_inside;            /* the root of the sources */
  bool is_stand_in;          /* an object file or the recording stands for sources that are not known */
  const struct frame *frame; /* NULL: none */
};

/* Of what one stack shows, at event `ordinal`: the innermost own frame with a line; in a text trace, which has no files, the line of the
 * trace; else the object file. */
struct location location_of_stack(const struct summary *summary, const struct finding *finding, const struct stack *stack,
                                  uint64_t ordinal);

/* Of the whole finding: of what its threads do (else, of where they took what they hold, and other places) the first in the order of files
 * and lines, those inside the root before others, so that it does not depend on which thread came first in this run. When nothing is known,
 * the recording: services want a file. */
struct location location_of_finding(const struct summary *summary, const struct finding *finding);

/* "src/a.c:12"; "?" if nothing is known. Caller frees. */
char *location_text(const struct location *location);

void location_done(struct location *location);

#endif
