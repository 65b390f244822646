/* outside.h - what besides its recorded threads could end a wait in a living process. */
#ifndef INSPECTOR_OUTSIDE_H
#define INSPECTOR_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "live/tasks.h"

/* One reason a call, in words, NULL when there is none. The caller frees. */
/* Signal handlers that the program has installed. `is_semaphore`: some thread waits for one, which a handler may post. */
char *outside_handler(uint32_t pid, bool is_semaphore);
char *outside_timer(uint32_t pid); /* timers of timer_create() */

/* The memory at `address` is shared, and another process maps it or could. */
char *outside_sharer(uint32_t pid, uint64_t address);

/* The lock of a file that this thread sleeps for is held by another process, or it is not sure that none but this one holds it. */
char *outside_file_holder(uint32_t pid, const struct task *task);

#endif
