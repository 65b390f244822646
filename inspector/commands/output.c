/* output.c - see output.h. */
#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/usage.h"

int output_check(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd >= 0)
    unlink(path); /* it may come to nothing */
  else if (errno == EEXIST)
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && errno != ENXIO) { /* ENXIO: a FIFO without a reader yet */
    complain("%s: cannot be written: %s", path, strerror(errno));
    return EXIT_TROUBLE;
  }
  if (fd >= 0)
    close(fd);
  return 0;
}

static bool is_same_file(const struct stat *ours, const char *path) {
  struct stat theirs;
  return !stat(path, &theirs) && S_ISREG(ours->st_mode) && ours->st_dev == theirs.st_dev && ours->st_ino == theirs.st_ino;
}

int output_check_trace(const char *output, const char *trace) {
  struct stat ours, status;
  if (!output || stat(output, &ours) || stat(trace, &status))
    return 0;
  unsigned n = 0;
  char **files = S_ISDIR(status.st_mode) ? paths_of_folder(trace, &n) : NULL;
  bool is_trace = is_same_file(&ours, trace);
  for (unsigned i = 0; i < n; i++)
    is_trace |= is_same_file(&ours, files[i]);
  paths_free(files);
  if (!is_trace)
    return 0;
  complain("%s: is the trace itself; name another file", output);
  return EXIT_TROUBLE;
}
