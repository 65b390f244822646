/* export_folder.c - a folder is ours if its `metadata` begins as ours does; nothing else is ever removed from or written to. */
#include "commands/export_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "viz/export/ctf.h"

enum { MARK_ROOM = 64 };

static bool is_ours(int folder) {
  char bytes[MARK_ROOM];
  size_t n = strlen(ctf_mark);
  int fd = openat(folder, "metadata", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  bool is_marked = fd >= 0 && read(fd, bytes, n) == (ssize_t)n && !memcmp(bytes, ctf_mark, n);
  if (fd >= 0)
    close(fd);
  return is_marked;
}

/* "stream_12" */
static bool is_stream(const char *name) {
  static const char start[] = "stream_";
  const char *number = name + sizeof start - 1;
  return !strncmp(name, start, sizeof start - 1) && *number && !number[strspn(number, "0123456789")];
}

/* The streams, then what says that they are ours. Returns 0 or an errno value. */
static int folder_empty(int folder) {
  DIR *dir = fdopendir(dup(folder));
  int error = dir ? 0 : errno;
  for (struct dirent *entry; dir && (entry = readdir(dir));)
    if (is_stream(entry->d_name) && unlinkat(folder, entry->d_name, 0) && errno != ENOENT)
      error = errno;
  if (dir)
    closedir(dir);
  if (!error && unlinkat(folder, "metadata", 0))
    error = errno;
  return error;
}

static int folder_reuse(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = folder < 0 ? errno : 0;
  if (folder >= 0 && is_ours(folder))
    error = folder_empty(folder);
  else if (folder >= 0)
    error = EEXIST;
  if (folder >= 0)
    close(folder);
  return error == ENOTDIR ? EEXIST : error;
}

int export_folder_create(const char *path) {
  int error = mkdir(path, 0777) ? errno : 0;
  if (error == EEXIST)
    error = folder_reuse(path);
  if (error == EEXIST)
    complain("%s: exists and is not an export of this program; it is left as it is, name another folder", path);
  else if (error)
    complain("%s: cannot be written: %s", path, strerror(error));
  return error ? EXIT_TROUBLE : 0;
}
