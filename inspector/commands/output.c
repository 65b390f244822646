/* output.c - see output.h. */
#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
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
