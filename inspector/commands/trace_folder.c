/* trace_folder.c - a folder is ours if it holds a `session` file with our magic; nothing else is ever removed from or written to.
 *
 * The session file is locked while a recording goes on, so that two inspectors that run the same program in the same
 * folder (a parallel test run) do not delete each other's files. */
#include "commands/trace_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/paths.h"
#include "commands/usage.h"
#include "util/alloc.h"

enum { SESSION_BYTES = 4096, MAX_PARALLEL = 1000 };
static const char session_magic[8] = "TRACKSES";
_Static_assert(sizeof(struct trace_session) <= SESSION_BYTES, "a session is a page");

static bool session_is_ours(int fd) {
  struct trace_session session;
  return pread(fd, &session, sizeof session, 0) == (ssize_t)sizeof session && !memcmp(session.magic, session_magic, sizeof session.magic);
}

/* Opens an existing folder's session. Returns its descriptor, -EBUSY while another inspector uses it, or a negative errno. */
static int folder_claim(const char *path) {
  char *name = xasprintf("%s/" TRACE_SESSION_NAME, path);
  int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  int error = errno;
  free(name);
  if (fd < 0)
    return error == ENOENT || error == ENOTDIR ? -EEXIST : -error;
  struct stat status;
  if (flock(fd, LOCK_EX | LOCK_NB))
    error = errno == EWOULDBLOCK ? EBUSY : errno;
  else if (!session_is_ours(fd)) /* empty: its maker is about to lock it */
    error = !fstat(fd, &status) && S_ISREG(status.st_mode) && !status.st_size ? EBUSY : EEXIST;
  else
    return fd;
  close(fd);
  return -error;
}

static int folder_empty(const char *path) {
  unsigned n = 0;
  int error = 0;
  char **paths = paths_of_folder(path, &n);
  for (unsigned i = 0; i < n; i++)
    if (unlink(paths[i]) && errno != ENOENT)
      error = -errno;
  paths_free(paths);
  return error;
}

static int folder_new(const char *path) {
  if (mkdir(path, 0777))
    return -errno;
  char *name = xasprintf("%s/" TRACE_SESSION_NAME, path);
  int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  int error = fd < 0 ? errno : 0;
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB))
    error = EBUSY; /* somebody saw the new folder before we locked it */
  if (error && fd >= 0)
    close(fd);
  if (error && error != EBUSY) {
    unlink(name);
    rmdir(path);
  }
  free(name);
  return error ? -error : fd;
}

/* Returns the locked session file or a negative errno; -EEXIST: something that is not ours. */
static int folder_open(const char *path) {
  int fd = folder_new(path);
  if (fd != -EEXIST)
    return fd;
  fd = folder_claim(path);
  if (fd < 0)
    return fd;
  int error = folder_empty(path);
  if (!error && access(path, W_OK | X_OK))
    error = -errno;
  if (!error)
    return fd;
  close(fd);
  return error;
}

static int session_map(struct trace_folder *folder) {
  int error = posix_fallocate(folder->session_fd, 0, SESSION_BYTES); /* a full disk says so here, not by SIGBUS */
  if (error)
    return -error;
  void *map = mmap(NULL, SESSION_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, folder->session_fd, 0);
  if (map == MAP_FAILED)
    return -errno;
  folder->session = map;
  memset(map, 0, sizeof *folder->session);
  memcpy(folder->session->magic, session_magic, sizeof session_magic);
  folder->session->version = TRACE_VERSION;
  return 0;
}

static char *default_path(const char *program, unsigned number) {
  const char *slash = strrchr(program, '/');
  const char *base = slash && slash[1] ? slash + 1 : program;
  return number < 2 ? xasprintf("%s.track", base) : xasprintf("%s.%u.track", base, number);
}

static int folder_refused(const char *path, int error) {
  if (error == -EEXIST)
    complain("%s: exists and is not a recording; it is left as it is, name another folder", path);
  else if (error == -EBUSY)
    complain("%s: another inspector is recording into it", path);
  else
    complain("%s: cannot record there: %s", path, strerror(-error));
  return EXIT_TROUBLE;
}

static int folder_choose(struct trace_folder *folder, const char *path, const char *program) {
  for (unsigned number = 1;; number++) {
    folder->path = path ? xstrdup(path) : default_path(program, number);
    folder->session_fd = folder_open(folder->path);
    if (folder->session_fd >= 0 || folder->session_fd != -EBUSY || path || number == MAX_PARALLEL)
      return folder->session_fd;
    free(folder->path);
  }
}

void trace_folder_remove(const struct trace_folder *folder) {
  char *name = xasprintf("%s/" TRACE_SESSION_NAME, folder->path);
  unlink(name);
  rmdir(folder->path);
  free(name);
}

static int folder_prepare(struct trace_folder *folder) {
  int error = session_map(folder);
  if (!error && !(folder->absolute = realpath(folder->path, NULL)))
    error = -errno;
  return error;
}

int trace_folder_create(struct trace_folder *folder, const char *path, const char *program) {
  *folder = (struct trace_folder){.session_fd = -1};
  int error = folder_choose(folder, path, program);
  if (error < 0)
    return folder_refused(folder->path, error);
  error = folder_prepare(folder);
  if (!error && !strchr(folder->absolute, ':'))
    return 0;
  trace_folder_remove(folder); /* a half made one would be refused the next time */
  if (error)
    return folder_refused(folder->path, error);
  complain("%s: a trace folder's full path must not hold a ':'; name another folder", folder->absolute);
  return EXIT_TROUBLE;
}

void trace_folder_done(struct trace_folder *folder) {
  if (folder->session)
    munmap(folder->session, SESSION_BYTES);
  if (folder->session_fd >= 0)
    close(folder->session_fd);
  free(folder->path);
  free(folder->absolute);
}
