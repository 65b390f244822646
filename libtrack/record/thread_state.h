/* thread_state.h - what one recorded thread needs at each event: its lane, its dictionary, its time.
 *
 * It lives in memory that the kernel hands to a forked child as zeros (MADV_WIPEONFORK), so that the child leaves its parent's
 * lane before its first event without anybody telling it: `event` is 0 there, and every event starts by asking for NO_EVENT. A thread
 * that has none has the all-zero track_nobody. */
#ifndef TRACK_THREAD_STATE_H
#define TRACK_THREAD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/object.h"
#include "track/trace.h"

enum { NO_EVENT = 1 };

enum {
  SITE_CHECKS = 6,      /* caller's return addresses that must still be the same for a stack to count as seen */
  SITE_WAYS = 2,
  SITE_SETS = 1024,
  SITE_DEPTH = 4,       /* return addresses that a stack is looked up by besides its call */
  KNOWN_STACKS = 4096,  /* stacks told in this lane, found again by what they are when their site fell out */
  SLOT_WAYS = 2,
  SLOT_SETS = 2048,
  SITE_SLOTS = 256,     /* objects of one place that get slots of their own: a place that walks over more leaves the table to others */
  PENDING = 64,         /* events of signal handlers that met us in the middle of another one */
  HELD_MARKS = 64,      /* rwlocks, spin locks and once controls held by this thread, as far as they fit */
  STAMPED_RELEASES = 32, /* one of so many sections is timed at both ends, and each that somebody had to wait for */
  STEERED_SITES = 32,   /* places of a lane that somebody outside named: waits/steer.h */
  LANE_MARGIN = 1024,   /* room for the longest record behind the flush mark */
};

/* A call stack as its innermost return address, its stack pointer and the next return addresses on the stack. Where these are
 * the same, so is the stack, as far as anybody will read it. One cache line: of the return addresses the lower halves, and the
 * words between the first one's place, just below `sp`, and theirs. What is not to be checked is the first one again. */
struct site {
  uintptr_t pc, sp;
  uint32_t check[SITE_CHECKS];
  uint16_t check_at[SITE_CHECKS];
  uint16_t index; /* in the lane's stream; 0 unused */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct site) == 64, "a site is a cache line");

/* A stack that was told, by a hash of it. */
struct known_stack {
  uint64_t hash;
  uint16_t index; /* 0 unused */
};

/* One entry of the dictionary: an event that happened before, but for its time and number. */
struct slot {
  uintptr_t address;
  struct object *object;
  uint32_t key; /* op, mode, raw kind, see SLOT_KEY() */
  uint16_t site, index;  /* SLOT_WILD is set in the index of a wild one, whose address is 0 and whose object is the event's */
  uint32_t last, stride; /* its sequence numbers: the next is predicted as last + stride */
};

#define SLOT_WILD 0x8000u

/* An object that a wild slot was used for, found again without asking the process' table; and what the reader recalls of it. */
struct recall {
  uintptr_t address;
  struct object *object;
  uint32_t number; /* 0: nothing */
};

struct steered_site {
  uint16_t site, place;
};

struct pending_event {
  uintptr_t address, pc;
  uint32_t number;
  uint16_t kind;
  uint8_t op, mode;
};

struct held_mark {
  uintptr_t address;
  uint32_t mode; /* 0 exclusive, TRACE_MODE_READ shared */
};

struct thread_state {
  uintptr_t event; /* NO_EVENT; in the middle of one the frame of who writes it; 0: not attached */
  uint32_t tid;   /* kernel's; 0: not attached */
  uint8_t *pos;
  uint8_t *flush_at; /* record borders at or behind this flush; NULL while signal handlers left pending events */
  uint8_t *base;
  uint64_t time; /* lane's time, clock units */
  struct trace_region *region;
  uintptr_t stack_low, stack_top;
  uintptr_t last_address; /* stream: base of the next address delta */
  uint32_t number;        /* thread's, main is 1 */
  uint32_t capacity;      /* of the lane's content */
  uint32_t n_sites, n_slots;
  bool has_recalls;      /* the table is not all zeros */
  struct recall *wild;   /* the entry that slot_define() chose for the wild slot it gave */
  uint32_t n_last_pcs;   /* stream: the last stack told, outermost frame first */
  uint32_t stamp_credit; /* the same for acquisitions while the process has one thread */
  uint32_t release_credit; /* releases until one is stamped with the time */
  uint32_t n_pending;
  uint32_t n_steered;
  uint32_t n_held, n_unmarked; /* marks; and what is held without one */
  struct thread_state *next_free, *next_lane; /* of the process: free ones, all */
  uint32_t recording; /* the one that the lane belongs to */
  struct pending_event pending[PENDING];
  struct held_mark held[HELD_MARKS];
  struct steered_site steered[STEERED_SITES];
  uintptr_t last_pcs[TRACE_MAX_FRAMES];
  uint64_t wild_sites[TRACE_SITE_LIMIT / 64]; /* places of too many objects, or that found no room for one: their slots are wild from then on */
  uint16_t site_slots[TRACE_SITE_LIMIT];
  struct known_stack known[KNOWN_STACKS];
  struct recall recalls[TRACE_RECALLS];
  struct site sites[SITE_SETS][SITE_WAYS];
  struct slot slots[SLOT_SETS][SLOT_WAYS] __attribute__((aligned(64)));
};
_Static_assert(sizeof(struct slot) * SLOT_WAYS == 64, "a set of slots is a cache line");

extern __thread struct thread_state *track_thread __attribute__((tls_model("initial-exec")));
extern struct thread_state track_nobody;

/* Where a wrapped call came from. */
struct caller {
  uintptr_t pc, sp, fp;
};

#if defined(__x86_64__)
#define CALLER()                                                                                                                           \
  ((struct caller){(uintptr_t)__builtin_return_address(0), (uintptr_t)__builtin_frame_address(0) + 16,                                     \
                   *(const uintptr_t *)__builtin_frame_address(0)})
#else
#define CALLER()                                                                                                                           \
  ((struct caller){(uintptr_t)__builtin_extract_return_addr(__builtin_return_address(0)), (uintptr_t)__builtin_frame_address(0),            \
                   *(const uintptr_t *)__builtin_frame_address(0)})
#endif

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define HIDDEN      __attribute__((visibility("hidden")))
#define NOINLINE    __attribute__((noinline))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
