/* attempt.h - one run of a program that is steered to a deadlock, and what comes of several. */
#ifndef INSPECTOR_ATTEMPT_H
#define INSPECTOR_ATTEMPT_H

#include "commands/launch.h"
#include "commands/steering.h"
#include "report/reporter.h"

/* What has been confirmed so far. */
struct confirmed {
  struct findings *findings; /* resolved, of the attempts */
  struct summary summary;    /* of the last attempt; the notes are of all */
};

/* Takes over the line. */
void confirmed_note(struct confirmed *confirmed, char *line);
/* Sorts and numbers the findings. */
void confirmed_finish(struct confirmed *confirmed);
void confirmed_done(struct confirmed *confirmed);

struct attempt {
  struct launch *launch;
  const struct finding *finding; /* that is wanted */
  unsigned number, n_attempts;
  uint32_t max_cycle;
  struct trace_steer steer; /* with what the program told last */
  unsigned n_silent; /* attempts in which no thread came to its place */
  bool has_happened;
};

/* False: the finding cannot be steered to. */
bool attempt_prepare(struct attempt *attempt);

/* Run the program once. Returns 0, or EXIT_TROUBLE after one line. */
int attempt_run(struct attempt *attempt, struct confirmed *confirmed);

/* The line that says how far all of them got. Caller frees. */
char *attempt_failed(const struct attempt *attempt);

#endif
