/* unwind.h - the calls that led to a wrapped function, as return addresses.
 *
 * Works inside any process at any moment: async-signal-safe, no allocation, no lock, errno untouched, and no read of
 * memory that is not known to be mapped, whatever the registers hold. */
#ifndef TRACK_RECORD_UNWIND_H
#define TRACK_RECORD_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

struct unwind_frame {
  uintptr_t pc;   /* return address; the interrupted instruction where a signal handler was entered */
  uintptr_t slot; /* the stack address it was read from */
};

/* Fill `frames` from the caller of a wrapped function outwards; return how many (at least 1 unless capacity is 0).
 * `pc` is the wrapper's return address, `sp` the stack pointer right after that return, `fp` the caller's frame pointer,
 * `stack_top` the end of the current thread's stack, or 0 where it is not known (slower: pages are then probed).
 * Ends at the outermost frame, at code that cannot be walked, or at `capacity`. */
unsigned track_unwind(uintptr_t pc, uintptr_t sp, uintptr_t fp, uintptr_t stack_top, struct unwind_frame *frames, unsigned capacity);

/* No system calls any more: only a thread's own stack can be walked. */
extern __attribute__((visibility("hidden"))) bool track_unwind_is_mute;

/* Drop every remembered rule. To be called after dlclose: the addresses may come to hold other code. */
void track_unwind_forget(void);

#endif
