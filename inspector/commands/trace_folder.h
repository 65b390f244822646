/* trace_folder.h - the folder of a recording: who may write it, what is in it. */
#ifndef INSPECTOR_TRACE_FOLDER_H
#define INSPECTOR_TRACE_FOLDER_H

#include <stdbool.h>

#include "track/trace.h"

struct trace_folder {
  char *path;                    /* as the user would type it */
  char *absolute;                /* for the recorded processes, which may change their folder */
  int session_fd;                /* locked while this recording goes on */
  struct trace_session *session; /* mapped shared with the recorded processes */
};

/* Make the folder, or empty an old recording of ours. `path` NULL: "BASENAME.track" in the current folder, or "BASENAME.2.track" and
 * so on while another inspector is recording there. Returns 0, or EXIT_TROUBLE after one line. */
int trace_folder_create(struct trace_folder *folder, const char *path, const char *program);
/* Take back what trace_folder_create() made; files of others stay, and the folder then too. */
void trace_folder_remove(const struct trace_folder *folder);
void trace_folder_done(struct trace_folder *folder);

#endif
