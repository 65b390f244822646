/* options.h - TRACK_OPTIONS, one variable, one table (options.def). Read once; forked children keep it. */
#ifndef TRACK_OPTIONS_H
#define TRACK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { OPTION_TEXT_BYTES = 3584 };

enum on_deadlock { ON_DEADLOCK_WAIT, ON_DEADLOCK_REPORT, ON_DEADLOCK_ABORT };

struct options {
  char output[OPTION_TEXT_BYTES]; /* absolute once read; empty: nobody asked for a recording */
  uint32_t on_deadlock;           /* enum on_deadlock */
  uint32_t stack_depth, lane_kib, help;
};

/* Reads the environment and, on the first call, makes the output path absolute. An unknown key or bad value is said once on stderr. */
void options_read(struct options *ret_options);

/* Records into that folder from now on. False: the path is too long. */
bool options_set_output(struct options *options, const char *folder);

#endif
