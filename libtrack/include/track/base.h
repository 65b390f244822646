/* base.h - what every public header of libtrack needs: C++ linkage, names of objects, no timeout.
 *
 * Conventions of all primitives (docs/primitives/README.md): functions return 0 or an errno value and leave errno alone; times are
 * nanoseconds of CLOCK_MONOTONIC, -1 waits for ever; a name may be NULL, which gives "Lock-3", and is copied (31 bytes) by
 * init functions, kept as a pointer by static initialisers. Fields called private_ are nobody's business but the library's. */
#ifndef TRACK_BASE_H
#define TRACK_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define TRACK_BEGIN extern "C" {
#define TRACK_END }
#define TRACK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define TRACK_BEGIN
#define TRACK_END
#define TRACK_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* A timeout that never comes. */
#define TRACK_FOREVER ((int64_t)-1)

/* Milliseconds and seconds as the nanoseconds that timeouts are given in. */
#define TRACK_MS(n) ((int64_t)((n) * (int64_t)1000000))
#define TRACK_S(n) ((int64_t)((n) * (int64_t)1000000000))

#define TRACK_NAME_BYTES 32 /* of a copied name, its zero byte included */

/* First member of every primitive. */
struct track_private_name {
  const char *private_given; /* NULL: a static one that was given none */
  char private_text[TRACK_NAME_BYTES];
  uint32_t private_told; /* the recording that knows the name */
  uint32_t private_reserved;
};
#define TRACK_PRIVATE_NAME(name)                                                                                                           \
  { (name), {0}, 0, 0 }

#endif
