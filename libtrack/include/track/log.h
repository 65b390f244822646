/* log.h - track_log: lines that carry a level and the thread's name (Python's logging, as far as threads need it).
 *
 * Lines of several threads never mix: each is written by one write(2), or under a lock when the kernel takes only a part. Callable from any
 * thread, not from signal handlers. errno is left alone. */
#ifndef TRACK_LOG_H
#define TRACK_LOG_H

#include "track/base.h"

TRACK_BEGIN

enum track_log_level { TRACK_DEBUG, TRACK_INFO, TRACK_WARNING, TRACK_ERROR };

/* Write a line of that level; `format` as printf's, without the end of line. Lines of more than 4 KiB allocate. */
void track_log(enum track_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How lines look, which are written (`least` and above), and where. `format` is copied (255 bytes) and holds, as in Python,
 * %(levelname)s %(threadName)s %(thread)d %(process)d %(asctime)s %(relativeCreated)d %(message)s, each with a width if wanted:
 * %(threadName)-10s; and %%. NULL:
 * "[%(levelname)s] (%(threadName)-10s) %(message)s". Until it is called all lines go to descriptor 2 in that format. Returns 0, or EINVAL
 * for an unknown field, one without its letter, or a text that is too long: nothing changed then. */
int track_log_configure(const char *format, enum track_log_level least, int fd);

TRACK_END
#endif
