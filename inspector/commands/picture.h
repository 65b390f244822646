/* picture.h - from a trace to a picture in a file: what `graph` and `timeline` share. */
#ifndef INSPECTOR_PICTURE_H
#define INSPECTOR_PICTURE_H

#include <argp.h>
#include <stdint.h>

#include "viz/scope.h"

struct picture {
  const char *path;    /* the trace */
  const char *output;  /* NULL: DOT on the standard output */
  int format;          /* enum picture_format */
  const char *finding; /* id of the one to show; NULL: none in particular */
  uint64_t process;    /* 0: the one that matters most */
  uint64_t max_cycle;  /* as of 'check'; 0: its default */
  const struct view *view;
  struct scope_wish wish;
};

enum { PICTURE_PROCESS = 0x100, PICTURE_CYCLE }; /* keys of options without a letter */

/* The options that both have, as rows of an argp table. */
#define PICTURE_OPTIONS                                                                                                                    \
  {"output", 'o', "FILE", 0, "Write to FILE; its name ends in .svg, .png, .pdf or .dot. Without it: DOT on the standard output", 0},       \
      {"process",                                                                                                                          \
       PICTURE_PROCESS,                                                                                                                    \
       "PID",                                                                                                                              \
       0,                                                                                                                                  \
       "Of a recording of several processes: this one. Otherwise one with findings, or one that hangs",                                    \
       0},                                                                                                                                 \
  {                                                                                                                                        \
    "max-cycle", PICTURE_CYCLE, "N", 0, "Longest lock-order cycle looked for, as for 'inspector check'", 0                                 \
  }

/* For these, the TRACE, and what is missing. ARGP_ERR_UNKNOWN: not one of them. */
error_t picture_parse(struct picture *picture, const char *command, int key, char *argument);

/* Returns an exit status; errors have been said. */
int picture_run(const struct picture *picture);

#endif
