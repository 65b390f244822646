/* tasks.h - how many threads the kernel knows in this process, ours and others'. */
#ifndef TRACK_TASKS_H
#define TRACK_TASKS_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "record/sys.h"

/* False also where nobody can tell. A folder's links are its own two and one for each folder in it, here one a task. */
static inline bool process_has_one_task(void) {
  struct stat tasks;
#ifdef SYS_newfstatat
  return !sys_call4(SYS_newfstatat, AT_FDCWD, "/proc/self/task", &tasks, 0) && tasks.st_nlink == 3;
#else
  return !sys_call4(SYS_fstatat, AT_FDCWD, "/proc/self/task", &tasks, 0) && tasks.st_nlink == 3;
#endif
}

#endif
