/* live_state.h - what the files live*.c share and nobody else sees. */
#ifndef INSPECTOR_LIVE_STATE_H
#define INSPECTOR_LIVE_STATE_H

#include "live/lanes.h"
#include "live/live.h"
#include "live/tasks.h"

/* Where a lane ended at the last look, and since when. */
struct seen {
  uint32_t tid, number, used_bytes;
  uint64_t since_ns;
};

struct live {
  char *path;
  int file, process; /* the recording; a pidfd */
  uint32_t pid;
  struct seen *seen; /* by position in struct lanes_look */
  uint32_t seen_capacity;
  uint32_t examined_circle, examined_everybody; /* hash of the waits that were judged last: nothing new comes from them */
  uint64_t not_before_ns;                       /* reading a long recording again has to wait */
  uint32_t n_failures;                          /* circles, one after the other, that did not stand a second look */
  uint64_t judging_ns;                          /* what the last look spent on that */
  struct lanes_look lanes;                      /* of the last look */
  struct judgement judgement;
  bool is_hopeless, says_stuck;
  bool is_across; /* part of a circle over several processes */
  char **doubts;
  uint32_t n_doubts, doubt_capacity;
};

/* The first look. */
struct look {
  struct lanes_look lanes;
  uint64_t now_ns, patience_ns;
  bool is_about_circles;
  bool is_thorough; /* every reason is wanted, and nothing is left out that was asked before */
};

void live_forget(struct live *live);
void live_doubt(struct live *live, char *text);

/* Has the lane's thread been in an untimed wait for long enough? */
bool live_is_waiting(const struct live *live, const struct look *look, uint32_t index);
/* ... for a lock of a file? */
bool live_is_for_file(const struct lane_look *lane);
/* Does the kernel say so, too? */
bool live_is_asleep(const struct lane_look *lane, const struct task *task);
/* Is the thread still in the same wait, and has it not run since? */
bool live_is_same(const struct lane_look *before, const struct task *task_before, const struct lane_look *now, const struct task *task_now);
/* Reads the recording; tells how long that took. False: nothing in it never goes on. */
bool live_judge(struct live *live, bool is_stuck);

enum live_answer live_ask_everybody(struct live *live, const struct look *look);
enum live_answer live_ask_circle(struct live *live, struct look *look);

#endif
