/* object.h - every address that an S event named, with its sequence counter.
 *
 * The counter orders all S events of one object exactly: it is raised by the thread that holds a lock, or atomically. Entries
 * are never removed: an address that is used again goes on counting, generations are told apart offline by INIT, DESTROY and
 * FREE. A second index by page answers what free() and munmap() ask: does this memory hold a lock? */
#ifndef TRACK_OBJECT_H
#define TRACK_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct object {
  uintptr_t address;
  uint32_t number;      /* last sequence number given out */
  uint32_t held_number; /* of its last exclusive acquisition: another `number` at the release, and somebody destroyed, freed or released it meanwhile */
  uint32_t dead_number; /* the number of its last FREE: equal means nothing happened since */
  struct object *next;         /* same bucket */
  struct object *next_on_page; /* same page bucket */
};

/* Find or add; NULL when there is no memory. Thread- and signal-safe, lock-free. */
struct object *object_get(const void *address);

static inline uint32_t object_number(struct object *object) { return __atomic_add_fetch(&object->number, 1, __ATOMIC_ACQ_REL); }

/* False: no object lies in that page. Cheap enough to ask at every free(). */
extern uint64_t *track_page_filter; /* NULL until the first object */
#define PAGE_SHIFT        12
#define PAGE_FILTER_BITS  (1u << 20)

static inline uint32_t page_hash(uintptr_t page) { return (uint32_t)((page * 0x9e3779b97f4a7c15ull) >> 44); }

static inline bool page_may_hold_objects(uintptr_t address) {
  uint32_t bit = page_hash(address >> PAGE_SHIFT);
  return track_page_filter && (track_page_filter[bit >> 6] >> (bit & 63)) & 1;
}

/* Call `found` for each live object in [begin, end). */
void objects_in_range(uintptr_t begin, uintptr_t end, void (*found)(struct object *object, void *context), void *context);

#endif
