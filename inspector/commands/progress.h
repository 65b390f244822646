/* progress.h - a sign of life on the terminal while long work goes on. */
#ifndef INSPECTOR_PROGRESS_H
#define INSPECTOR_PROGRESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
  bool is_on;
  struct sigaction old_action;
};

/* From a second on, when stderr is a terminal and `is_wanted`: a line that progress_end() wipes away. */
void progress_begin(struct progress *progress, bool is_wanted);
void progress_end(struct progress *progress);

#endif
