/* recording.c - reads headers, does not map them: a file that is cut short at the same time cannot hurt. */
#include "commands/recording.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "commands/paths.h"

bool recording_header(const char *path, struct trace_header *ret_header) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  bool is_good = fd >= 0 && pread(fd, ret_header, sizeof *ret_header, 0) == (ssize_t)sizeof *ret_header &&
                 !memcmp(ret_header->magic, TRACE_MAGIC, sizeof ret_header->magic) && ret_header->version == TRACE_VERSION;
  if (fd >= 0)
    close(fd);
  return is_good;
}

struct recording_totals recording_totals(const char *folder) {
  struct recording_totals totals = {0};
  struct trace_header header;
  unsigned n = 0;
  char **paths = paths_of_folder(folder, &n);
  for (unsigned i = 0; i < n; i++) {
    if (!recording_header(paths[i], &header))
      continue;
    totals.n_processes++;
    totals.n_lanes += header.n_lanes;
    totals.lost_threads += header.lost_threads;
    totals.dropped += header.dropped;
    totals.write_errors += header.write_errors;
    if (!totals.write_errno)
      totals.write_errno = header.write_errno;
  }
  paths_free(paths);
  return totals;
}
