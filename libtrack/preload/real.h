/* real.h - the functions that our wrappers stand in front of. */
#ifndef TRACK_REAL_H
#define TRACK_REAL_H

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

struct real {
#define REAL(name) __typeof__(&name) name;
#include "preload/real.def"
};

extern __attribute__((visibility("hidden"))) struct real real;

/* Looks all of them up, once. Safe from any constructor; a call that comes back in while it works returns at once. */
__attribute__((visibility("hidden"))) void real_resolve(void);

/* A function that only some programs have, such as __cxa_guard_acquire: looked up behind us; where `pc` is given, also in the C++
 * runtimes that are loaded and in what the caller's object file was linked with. NULL when nobody has one but us. */
__attribute__((visibility("hidden"))) void *real_find(const char *name, uintptr_t pc);

#endif
