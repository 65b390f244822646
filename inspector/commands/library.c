/* library.c - finds libtrack.so and builds the recorded program's environment. */
#include "commands/library.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "util/alloc.h"

#define LIBRARY_NAME "libtrack.so"

/* Folder of the running inspector. */
static char *own_folder(void) {
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0)
    return NULL;
  path[n] = '\0';
  char *slash = strrchr(path, '/');
  if (slash)
    *slash = '\0';
  return xstrdup(path);
}

static char *library_beside(const char *folder, const char *place) {
  char *path = *place == '/' ? xasprintf("%s/" LIBRARY_NAME, place) : xasprintf("%s/../%s/" LIBRARY_NAME, folder, place);
  char *found = realpath(path, NULL);
  free(path);
  return found;
}

static bool can_be_preloaded(const char *path) {
  return !strpbrk(path, " :\t\n");
}

/* The loader splits LD_PRELOAD at blanks and colons and knows no escape: such a path gets a link without them. */
static int library_link(struct library *library) {
  char folder[] = "/tmp/track-XXXXXX";
  char *link = NULL;
  if (mkdtemp(folder)) {
    library->link_folder = xstrdup(folder);
    link = xasprintf("%s/" LIBRARY_NAME, folder);
  }
  if (!link || symlink(library->path, link)) {
    complain("%s: a path with a blank or ':' cannot be preloaded, and /tmp takes no link to it: %s", library->path, strerror(errno));
    free(link);
    return EXIT_TROUBLE;
  }
  free(library->path);
  library->path = link;
  return 0;
}

/* Its full path, or NULL after one line. */
static char *library_search(void) {
  const char *given = getenv("TRACK_LIBRARY");
  char *path = NULL;
  if (given && *given) {
    path = realpath(given, NULL);
    if (!path)
      complain("%s: TRACK_LIBRARY names no file", given);
    return path;
  }
  char *folder = own_folder();
  const char *places[] = {"lib", TRACK_LIBDIR};
  for (size_t i = 0; folder && !path && i < sizeof places / sizeof *places; i++)
    path = library_beside(folder, places[i]);
  free(folder);
  if (!path)
    complain(LIBRARY_NAME ": not found beside this inspector; set TRACK_LIBRARY to its path");
  return path;
}

int library_find(struct library *library) {
  *library = (struct library){.path = library_search()};
  if (!library->path)
    return EXIT_TROUBLE;
  return can_be_preloaded(library->path) ? 0 : library_link(library);
}

void library_done(struct library *library) {
  if (library->link_folder) {
    unlink(library->path);
    rmdir(library->link_folder);
  }
  free(library->path);
  free(library->link_folder);
}

static char *preload_value(const struct library *library, const struct program *program) {
  const char *old = getenv("LD_PRELOAD");
  bool has_old = old && *old;
  return xasprintf("LD_PRELOAD=%s%s%s%s%s", program->runtime ? program->runtime : "", program->runtime ? ":" : "", library->path,
                   has_old ? ":" : "", has_old ? old : "");
}

static char *options_value(const char *folder) {
  const char *old = getenv("TRACK_OPTIONS");
  bool has_old = old && *old;
  return xasprintf("TRACK_OPTIONS=%s%soutput=%s", has_old ? old : "", has_old ? ":" : "", folder);
}

static bool is_replaced(const char *entry) {
  return !strncmp(entry, "LD_PRELOAD=", 11) || !strncmp(entry, "TRACK_OPTIONS=", 14);
}

char **library_environment(const struct library *library, const struct program *program, const char *folder) {
  size_t n = 0;
  while (environ[n])
    n++;
  char **environment = xcalloc(n + 3, sizeof *environment);
  n = 0;
  for (char **entry = environ; *entry; entry++)
    if (!is_replaced(*entry))
      environment[n++] = xstrdup(*entry);
  environment[n++] = preload_value(library, program);
  environment[n] = options_value(folder);
  return environment;
}
