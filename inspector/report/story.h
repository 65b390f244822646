/* story.h - the steps of a finding in the order in which they lead to it, and who makes them. */
#ifndef INSPECTOR_STORY_H
#define INSPECTOR_STORY_H

#include "findings/finding.h"

enum story_step_kind { STORY_PLACE, STORY_HOLD, STORY_DEED };

struct story_step {
  enum story_step_kind kind;
  uint32_t thread; /* of the finding, whose deed, hold or place it is */
  uint32_t index;  /* of the hold or place */
  uint32_t actor;  /* who makes the step; STORY_NOBODY: it is not said */
  uint64_t ordinal;
  const struct stack *stack;
};

#define STORY_NOBODY UINT32_MAX

/* Threads of the finding come first, with their own numbers; then those that are named as having done something before. */
struct story {
  struct story_step *steps;
  uint32_t n_steps;
  const char **actors;
  uint32_t n_actors;
};

/* Several threads: what was there before, what each takes, and last what each does, which is where it ends. One thread: as it happened. */
struct story story_of(const struct finding *finding);
void story_done(struct story *story);

/* "worker asks for journal here (event 7)", "accounts is acquired here (event 6)", "journal created here by main (event 3)". Caller frees.
 */
char *story_step_text(const struct finding *finding, const struct story_step *step);

#endif
