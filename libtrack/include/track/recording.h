/* recording.h - record this process from within.
 *
 * `inspector run` and TRACK_OPTIONS=output=DIR record a program from its start; a program that links libtrack can also say itself when.
 * Callable from any thread, not from signal handlers. */
#ifndef TRACK_RECORDING_H
#define TRACK_RECORDING_H

#include "track/base.h"

TRACK_BEGIN

/* Record what happens from now on into a file in that folder, which is made when it is missing. Returns 0; EALREADY while a recording runs,
 * ENAMETOOLONG, or why the file could not be made. */
int track_start(const char *output_folder);

/* End the recording: the file is whole from now on. Threads in the middle of an operation may add that one. Returns 0, or EINVAL when there
 * is none. */
int track_stop(void);

/* Call the object at this address by this name in reports: any lock, condition, semaphore ..., of this library or of pthreads. Copied, 255
 * bytes at most. Nothing happens while nothing is recorded. */
void track_name(const void *object, const char *name);

TRACK_END
#endif
