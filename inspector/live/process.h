/* process.h - the process behind a recording, and the recordings of those that forked it. */
#ifndef INSPECTOR_PROCESS_H
#define INSPECTOR_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "track/trace.h"

/* /proc/PID/maps; NULL: there is no such process, or we may not look. */
FILE *process_maps_file(uint32_t pid);

/* Does process `pid` map the recording? Its own proof of being the one that writes it. */
bool process_maps(uint32_t pid, const char *path);

/* The recording that process `pid` writes; NULL: it is not recorded, or we may not look. The caller frees. */
char *process_recording(uint32_t pid);

/* The header of a recording, by its open file. */
bool process_header(int file, struct trace_header *ret_header);

/* Recordings in the same folder of the processes that forked this one, oldest first, and `path` itself; ended by NULL, each and the list to
 * be freed. */
char **process_lineage(const char *path, unsigned *ret_n);

#endif
