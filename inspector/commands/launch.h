/* launch.h - start a program with libtrack.so preloaded and wait for its end. */
#ifndef INSPECTOR_LAUNCH_H
#define INSPECTOR_LAUNCH_H

#include <stdbool.h>

#include "commands/trace_folder.h"
#include "commands/watch.h"

struct launch {
  const char *name;       /* as typed; searched in PATH */
  char **arguments;       /* NULL-terminated, arguments[0] is the name */
  const char *trace_path; /* folder for the recording; NULL: the default */
  enum on_deadlock on_deadlock;
  bool is_silent; /* nothing is said of threads that are stuck while the program runs */
  const struct trace_steer *steer; /* NULL: threads run as they like */
  /* results */
  struct trace_folder folder;
  int status;           /* the program's own, or 128 + N when signal N ended it */
  bool was_ended;       /* some recorded process was stuck and we ended it */
  unsigned n_processes; /* recordings found */
};

/* Returns 0 when the program ran and was recorded, else EXIT_TROUBLE after one line. Call launch_done() in either case. */
int launch_run(struct launch *launch);
void launch_done(struct launch *launch);

#endif
