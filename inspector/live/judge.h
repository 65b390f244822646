/* judge.h - what the recording of a process that lives says about its threads now: the same reading and the same detectors as those of
 * `inspector check`, cut down to what never goes on. */
#ifndef INSPECTOR_JUDGE_H
#define INSPECTOR_JUDGE_H

#include "findings/finding.h"

struct judged_thread {
  uint32_t tid; /* kernel's */
  bool lives;   /* begun and not ended, as far as recorded */
  bool is_main;
  bool is_core;     /* the finding rests on it: in a circle, or it waits for itself */
  bool is_stuck;    /* in a circle, or behind one */
  uint64_t address; /* of what it waits for, 0: nothing, or a thread */
  char *sentence;   /* in words what it waits for; NULL: it does not wait */
  char *name;       /* both only if they were asked for */
};

struct judgement {
  struct findings *findings; /* of all recordings that were read; those of the process have its `trace` */
  struct judged_thread *threads;
  uint32_t n_threads;
  bool has_doubt; /* the recording is not to be trusted at its end, or it could not be read */
};

struct judging {
  char *const *paths; /* the recordings of the processes that forked it, oldest first, then its own */
  size_t n_paths;
  bool in_words; /* takes time: names and lines are looked up */
  bool is_stuck; /* all of its threads were seen to wait for ever */
};
void judge(struct judgement *judgement, const struct judging *judging);
void judgement_done(struct judgement *judgement);

/* How many observed findings of this recording there are. */
unsigned judgement_n_findings(const struct judgement *judgement, const char *path);

#endif
