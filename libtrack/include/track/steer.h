/* steer.h - what `inspector confirm` asks of the program that it runs once more: to hold threads back at the places where a deadlock was
 * predicted, until they stand there together. Part of the session file, which every recorded process maps. */
#ifndef TRACK_STEER_H
#define TRACK_STEER_H

#include <stdint.h>

enum { TRACE_STEER_PLACES = 16, TRACE_STEER_FRAMES = 8 };

/* A return address wherever the module lies this time. */
struct trace_steer_frame {
  uint32_t module; /* trace_steer_module() of its path */
  uint32_t reserved;
  uint64_t offset; /* in the module */
};

/* Where a thread of the predicted deadlock asks for what another one holds. */
struct trace_steer_place {
  uint32_t n_frames; /* innermost first */
  uint32_t is_gate;  /* threads are held back here; else they are only seen to pass */
  uint32_t skip;     /* visits to let pass before one is held back; grows with each that was in vain */
  uint32_t backoff;
  /* told by the program */
  uint32_t n_visits, n_held_back, n_in_vain;
  uint32_t reserved;
  struct trace_steer_frame frames[TRACE_STEER_FRAMES];
};

struct trace_steer {
  uint32_t n_places; /* 0: nobody steers */
  uint32_t wait_ms;  /* a thread is held back no longer than that ... */
  uint32_t waits;    /* ... and no more than so many times in all */
  uint32_t n_met;    /* told by the program: they stood there together, and were let go */
  struct trace_steer_place places[TRACE_STEER_PLACES];
};

/* Of the last component of a path: FNV-1a, 32 bits. */
static inline uint32_t trace_steer_module(const char *path, uint32_t n_bytes) {
  uint32_t hash = 0x811c9dc5u;
  for (uint32_t i = 0; i < n_bytes; i++)
    hash = path[i] == '/' ? 0x811c9dc5u : (hash ^ (unsigned char)path[i]) * 0x01000193u;
  return hash;
}

#endif
