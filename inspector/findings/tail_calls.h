/* tail_calls.h - frames that optimised code left out of a stack: functions whose last call was a jump. */
#ifndef INSPECTOR_TAIL_CALLS_H
#define INSPECTOR_TAIL_CALLS_H

#include <stdint.h>

struct call_site;

/* Where to ask: the modules of one recording, for their own code. */
struct tail_calls {
  void *state;
  /* The call sites of the function that holds `address`, with loaded addresses; caller frees. */
  uint32_t (*sites)(void *state, uint64_t address, struct call_site **ret_sites);
  /* Loaded address of a function of the user's code, 0: none of that name. */
  uint64_t (*function)(void *state, const char *linkage_name);
};

enum { TAIL_CALLS_LIMIT = 8 };

/* Between the call that returns to `pc` and the function `inner`, whose frame is the next one inwards: addresses of the jumps on the way,
 * the innermost first; returns how many, 0 when nothing is missing or the way is not certain. inner NULL: a function that is not the
 * user's, but called by it. */
uint32_t tail_calls_between(const struct tail_calls *calls, uint64_t pc, const char *inner, uint64_t ret_addresses[TAIL_CALLS_LIMIT]);

#endif
