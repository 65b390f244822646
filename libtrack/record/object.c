/* object.c - two lock-free hash indices over entries that are only ever added, in chunks of mapped memory. */
#include "record/object.h"

#include "record/sys.h"

enum { BUCKETS = 1 << 20, PAGE_BUCKETS = 1 << 16, CHUNK_BYTES = 1 << 20 };

/* Everything here is plain private memory: a forked child goes on with its copy. */
static struct {
  struct object **buckets, **pages;
  char *chunk;         /* current chunk */
  uint64_t chunk_used; /* bytes of it given out, may exceed its size */
} table;

uint64_t *track_page_filter;

/* Map an array once, whoever comes first. */
static void *array_get(void *slot, size_t bytes) {
  void **place = (void **)slot;
  void *array = __atomic_load_n(place, __ATOMIC_ACQUIRE);
  if (array)
    return array;
  void *fresh = sys_memory(bytes);
  void *expected = NULL;
  if (fresh && !__atomic_compare_exchange_n(place, &expected, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    sys_memory_free(fresh, bytes);
    return expected;
  }
  return fresh;
}

/* Neighbours in memory are neighbours here: arrays of locks are walked in order. */
static inline uint32_t bucket_of(uintptr_t address) {
  uint32_t group = (uint32_t)(((address >> PAGE_SHIFT) * 0x9e3779b97f4a7c15ull) >> 51);
  return (group << 7 | (address >> 5 & 127)) & (BUCKETS - 1);
}

static struct object *object_allocate(void) {
  for (;;) {
    char *chunk = __atomic_load_n(&table.chunk, __ATOMIC_ACQUIRE);
    if (chunk) {
      /* The counter lives at the chunk's start, so that two chunks never share one. */
      uint64_t offset = __atomic_fetch_add((uint64_t *)chunk, sizeof(struct object), __ATOMIC_RELAXED);
      if (offset + sizeof(struct object) <= CHUNK_BYTES)
        return (struct object *)(chunk + offset);
    }
    char *fresh = sys_memory(CHUNK_BYTES);
    if (!fresh)
      return NULL;
    *(uint64_t *)fresh = sizeof(struct object);
    if (!__atomic_compare_exchange_n(&table.chunk, &chunk, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      sys_memory_free(fresh, CHUNK_BYTES);
  }
}

static void push(struct object **head, struct object *object, struct object **link) {
  struct object *first = __atomic_load_n(head, __ATOMIC_ACQUIRE);
  do
    *link = first;
  while (!__atomic_compare_exchange_n(head, &first, object, false, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
}

static struct object *find(struct object *first, uintptr_t address) {
  for (struct object *o = first; o; o = o->next)
    if (o->address == address)
      return o;
  return NULL;
}

static void index_by_page(struct object *object) {
  uint64_t *filter = array_get(&track_page_filter, PAGE_FILTER_BITS / 8);
  struct object **pages = array_get(&table.pages, PAGE_BUCKETS * sizeof *pages);
  if (!filter || !pages)
    return; /* frees of this object stay unseen */
  uint32_t hash = page_hash(object->address >> PAGE_SHIFT);
  push(&pages[hash & (PAGE_BUCKETS - 1)], object, &object->next_on_page);
  __atomic_fetch_or(&filter[hash >> 6], UINT64_C(1) << (hash & 63), __ATOMIC_RELEASE);
}

/* Two threads that meet a new address at once must agree on one entry: the bucket's head is compared again before pushing. */
struct object *object_get(const void *address) {
  struct object **buckets = array_get(&table.buckets, BUCKETS * sizeof *buckets);
  if (!buckets)
    return NULL;
  uintptr_t key = (uintptr_t)address;
  struct object **head = &buckets[bucket_of(key)], *fresh = NULL;
  struct object *first = __atomic_load_n(head, __ATOMIC_ACQUIRE);
  for (;;) {
    struct object *known = find(first, key);
    if (known)
      return known; /* a fresh entry that lost the race is left over: 40 bytes, once */
    if (!fresh && !(fresh = object_allocate()))
      return NULL;
    fresh->address = key;
    fresh->next = first;
    if (__atomic_compare_exchange_n(head, &first, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      break;
  }
  index_by_page(fresh);
  return fresh;
}

static bool is_live(const struct object *object) {
  uint32_t number = __atomic_load_n(&object->number, __ATOMIC_RELAXED);
  return number && number != __atomic_load_n(&object->dead_number, __ATOMIC_RELAXED);
}

static void page_objects(uintptr_t page, uintptr_t begin, uintptr_t end, void (*found)(struct object *, void *), void *context) {
  struct object *o = __atomic_load_n(&table.pages[page_hash(page) & (PAGE_BUCKETS - 1)], __ATOMIC_ACQUIRE);
  for (; o; o = o->next_on_page)
    if (o->address >> PAGE_SHIFT == page && o->address >= begin && o->address < end && is_live(o))
      found(o, context);
}

static void all_objects(uintptr_t begin, uintptr_t end, void (*found)(struct object *, void *), void *context) {
  for (uint32_t i = 0; i < BUCKETS; i++)
    for (struct object *o = __atomic_load_n(&table.buckets[i], __ATOMIC_ACQUIRE); o; o = o->next)
      if (o->address >= begin && o->address < end && is_live(o))
        found(o, context);
}

void objects_in_range(uintptr_t begin, uintptr_t end, void (*found)(struct object *object, void *context), void *context) {
  if (!table.pages || !table.buckets || begin >= end)
    return;
  uintptr_t first = begin >> PAGE_SHIFT, last = (end - 1) >> PAGE_SHIFT;
  if (last - first > BUCKETS) {
    all_objects(begin, end, found, context);
    return;
  }
  for (uintptr_t page = first; page <= last; page++)
    if (page_may_hold_objects(page << PAGE_SHIFT))
      page_objects(page, begin, end, found, context);
}
