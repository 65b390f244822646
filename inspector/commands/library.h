/* library.h - the environment that makes the dynamic loader bring libtrack.so along. */
#ifndef INSPECTOR_LIBRARY_H
#define INSPECTOR_LIBRARY_H

#include "commands/program.h"

struct library {
  char *path;        /* as the loader gets it */
  char *link_folder; /* holds a link to the library while it is needed; NULL: none is */
};

/* Where libtrack.so lies: TRACK_LIBRARY, or beside this executable in a build tree or an installation. Returns 0, or
 * EXIT_TROUBLE after one line. */
int library_find(struct library *library);
void library_done(struct library *library);

/* A copy of this process' environment with LD_PRELOAD and TRACK_OPTIONS set for a recording into `folder`; what the user had
 * in them is kept. NULL-terminated; free by paths_free(). */
char **library_environment(const struct library *library, const struct program *program, const char *folder);

#endif
