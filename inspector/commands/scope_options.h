/* scope_options.h - which part of a trace is shown: the options that `timeline` and `report` share. */
#ifndef INSPECTOR_SCOPE_OPTIONS_H
#define INSPECTOR_SCOPE_OPTIONS_H

#include <argp.h>

#include "viz/scope.h"

struct scope_options {
  struct scope_wish wish;
  const char *around; /* id of a finding; NULL: none */
};

/* Child parser; its input is a struct scope_options, which it initialises: all of the trace. */
extern const struct argp scope_argp;

#endif
