/* sandbox.h - what the recorder lives on once the program has given up its system calls (seccomp).
 *
 * A filter may kill the process for a call that the program itself never makes. So a part of the file and some memory are mapped
 * before the filter is installed, and from then on the recorder makes no system call at all: what it writes goes there until that
 * is full; what comes then is counted as lost. Source: Linux Documentation/userspace-api/seccomp_filter.rst. */
#ifndef TRACK_SANDBOX_H
#define TRACK_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern __attribute__((visibility("hidden"))) bool track_is_sandboxed;

/* About to install a filter; it was refused. */
__attribute__((visibility("hidden"))) void sandbox_enter(void);
__attribute__((visibility("hidden"))) void sandbox_leave(void);

/* Zeroed memory; NULL when it is used up. */
__attribute__((visibility("hidden"))) void *sandbox_memory(size_t bytes);

/* A mapped part of the file; NULL when it is used up. */
__attribute__((visibility("hidden"))) void *sandbox_file(size_t bytes, size_t align);

#endif
