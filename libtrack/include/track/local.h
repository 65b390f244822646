/* local.h - track_local: a value for each thread (Python's threading.local).
 *
 * Callable from any thread, not from signal handlers. A thread's first get may allocate (some words for each local). */
#ifndef TRACK_LOCAL_H
#define TRACK_LOCAL_H

#include "track/base.h"

TRACK_BEGIN

struct track_private_value;

struct track_local {
  struct track_private_name private_name;
  void *(*private_make)(void *arg);
  void *private_arg;
  void (*private_drop)(void *value);
  struct track_private_value *private_values; /* of all threads */
};

/* A static or automatic local; the name is not copied. */
#define TRACK_LOCAL_INIT(make, arg, drop, name)                                                                                            \
  { TRACK_PRIVATE_NAME(name), (make), (arg), (drop), NULL }

/* Make a local. make(arg), if given, is called by each thread at its first get and gives its value; else that is NULL until set.
 * drop(value), if given, is called for a value that is not NULL when its thread ends (exit of the process is no end) or the local is
 * destroyed, not when another is set. Returns 0. */
int track_local_init(struct track_local *l, void *(*make)(void *arg), void *arg, void (*drop)(void *value));

/* Drop the values of all threads, in the calling one; nobody may use it meanwhile or later. Returns 0. */
int track_local_destroy(struct track_local *l);

/* The calling thread's value; NULL also when there is no memory for one. */
void *track_local_get(struct track_local *l);

/* Returns 0 or ENOMEM. */
int track_local_set(struct track_local *l, void *value);

TRACK_END
#endif
