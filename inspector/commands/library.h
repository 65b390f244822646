/* library.h - the environment that makes the dynamic loader bring libtrack.so along. */
#ifndef INSPECTOR_LIBRARY_H
#define INSPECTOR_LIBRARY_H

#include "commands/program.h"

/* Where libtrack.so lies: TRACK_LIBRARY, or beside this executable in a build tree or an installation. NULL after one line. */
char *library_find(void);

/* A copy of this process' environment with LD_PRELOAD and TRACK_OPTIONS set for a recording into `folder`; what the user had
 * in them is kept. NULL-terminated; free by paths_free(). */
char **library_environment(const char *library, const struct program *program, const char *folder);

#endif
