/* progress.c - a timer's signal writes the line, so that the work itself knows nothing of it. */
#include "commands/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const char line[] = "\rinspector: analysing ...", wiped[] = "\r\033[K";

static void write_text(const char *text, size_t bytes) {
  ssize_t written = write(STDERR_FILENO, text, bytes);
  (void)written; /* nobody is hurt when it does not get there */
}

static void show_line(int number) {
  (void)number;
  write_text(line, sizeof line - 1);
}

void progress_begin(struct progress *progress, bool is_wanted) {
  const char *terminal = getenv("TERM");
  progress->is_on = is_wanted && isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
  if (!progress->is_on)
    return;
  struct sigaction action = {.sa_handler = show_line, .sa_flags = SA_RESTART};
  const struct itimerval in_a_second = {.it_value = {.tv_sec = 1}};
  sigaction(SIGALRM, &action, &progress->old_action);
  setitimer(ITIMER_REAL, &in_a_second, NULL);
}

void progress_end(struct progress *progress) {
  if (!progress->is_on)
    return;
  const struct itimerval never = {0};
  struct itimerval left;
  setitimer(ITIMER_REAL, &never, &left);
  sigaction(SIGALRM, &progress->old_action, NULL);
  if (!left.it_value.tv_sec && !left.it_value.tv_usec)
    write_text(wiped, sizeof wiped - 1);
}
