/* native_catalog.h - what the lanes of a recording name, as dense numbers: places, sites, threads. Fills struct source_info.
 *
 * Beside each place and thread lies what the merge knows about it, so that both grow together and the merge finds its state
 * by the number that a slot already carries. Lanes may define things before the merge comes to use them. */
#ifndef INSPECTOR_NATIVE_CATALOG_H
#define INSPECTOR_NATIVE_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/native_map.h"
#include "trace/source.h"

/* The merge's own light state of an object: enough to tell which event may come next, no more. 16 bytes, as a recording may
 * name a million. */
struct merge_place {
  uint32_t next;    /* sequence number of the next S event */
  uint32_t holder;  /* thread that holds the lock exclusively, NO_INDEX none */
  uint32_t waiters; /* root of a pairing heap of lanes by sequence number, NO_INDEX none */
  uint32_t count;   /* with a holder: depth; without: readers */
};
_Static_assert(sizeof(struct merge_place) == 16, "small");

struct merge_thread {
  uint64_t handle;        /* pthread_t, 0 unknown */
  uint32_t joiner;        /* thread that is in a join of it, NO_INDEX none */
  uint32_t begin_waiters; /* list of lanes: THREAD_BEGIN waits for the CREATE */
  uint32_t end_waiters;   /* list of lanes: JOIN waits for the THREAD_END */
  bool is_created, has_begun, has_ended;
  bool is_known;    /* its handle, from a CHILD escape */
  bool is_detached; /* nobody joins it: its handle is free when it ends */
  bool is_joined;
};

/* A pthread_t, and the thread that had it last. */
struct handle {
  uint32_t thread;  /* NO_INDEX: none yet */
  uint32_t waiters; /* list of lanes: a JOIN_REQ, DETACH ... waits for the THREAD_BEGIN that says whose handle it is */
  bool is_listed;   /* in merge.listed */
  char *name;       /* given before that */
};

struct catalog {
  struct source_info *info;
  const char *path;
  struct map place_by_address, site_by_hash, thread_by_number, handle_by_value;
  struct merge_place *merge_places;
  struct merge_thread *merge_threads;
  struct handle *handles;
  uint32_t n_handles, handle_capacity;
  uint32_t place_capacity, name_capacity, merge_place_capacity, site_capacity, thread_capacity, merge_thread_capacity, damage_capacity, module_capacity;
  bool counts_from_parent; /* a forked child's recording: first numbers may be anything */
  uint64_t n_lost;         /* events that could not be read */
};

void catalog_init(struct catalog *catalog, struct source_info *info);
void catalog_done(struct catalog *catalog); /* also what it put into the info */

uint32_t catalog_place(struct catalog *catalog, uint64_t address);
uint32_t catalog_site(struct catalog *catalog, const uint64_t *pcs, uint32_t n);
uint32_t catalog_thread(struct catalog *catalog, uint64_t number); /* number 0: always a new one */

uint32_t catalog_handle(struct catalog *catalog, uint64_t value);

/* Replaces an earlier name. Stops at a zero byte. */
void catalog_name(char **name, const uint8_t *bytes, uint64_t n);
/* Names what is at that place behind the event of that ordinal. */
void catalog_name_place(struct catalog *c, uint32_t place, uint64_t ordinal, const uint8_t *bytes, uint64_t n);

/* One line of info.damage, the file's path before it. After many, one says that there are more. */
void catalog_damage(struct catalog *catalog, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
