/* wrap_memory.c - memory that holds a lock and goes: free, realloc, munmap. And object files that come and go: dlopen, dlclose.
 *
 * Nearly every free() is of memory without a lock, and finds that out from one bit of its page. */
#include <stdint.h>

#include "preload/wrap.h"
#include "record/process.h"
#include "record/unwind.h"

static void object_gone(struct object *object, void *context) {
  record_wide(&(struct wide_event){.op = TRACE_FREE, .address = (const void *)object->address}, *(const struct caller *)context);
  __atomic_store_n(&object->dead_number, __atomic_load_n(&object->number, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

static NOINLINE void memory_gone(uintptr_t begin, size_t bytes, struct caller caller) {
  int saved = errno;
  if (record_attach() == RECORD_READY)
    objects_in_range(begin, begin + bytes, object_gone, &caller);
  errno = saved;
}

enum { MANY_BYTES = 64 << 20 };

ALWAYS_INLINE bool range_may_hold_objects(uintptr_t begin, size_t bytes) {
  uintptr_t last = (begin + bytes - 1) >> PAGE_SHIFT;
  if (UNLIKELY(bytes > MANY_BYTES))
    return begin + bytes > begin; /* objects_in_range() bounds its walk; a damaged block may say anything */
  for (uintptr_t page = begin >> PAGE_SHIFT; page <= last; page++)
    if (UNLIKELY(page_may_hold_objects(page << PAGE_SHIFT)))
      return true;
  return false;
}

PUBLIC void free(void *memory) {
  if (UNLIKELY(!real.free)) {
    real_resolve();
    if (!real.free)
      return; /* within dlsym, before it told us: a few bytes lost */
  }
  if (track_page_filter && memory && real.malloc_usable_size) {
    size_t bytes = real.malloc_usable_size(memory);
    if (bytes && range_may_hold_objects((uintptr_t)memory, bytes))
      memory_gone((uintptr_t)memory, bytes, CALLER());
  }
  real.free(memory);
}

/* Only a block that moved is gone. */
PUBLIC void *realloc(void *memory, size_t bytes) {
  if (UNLIKELY(!real.realloc)) {
    real_resolve();
    if (!real.realloc)
      return NULL;
  }
  size_t old_bytes = track_page_filter && memory && real.malloc_usable_size ? real.malloc_usable_size(memory) : 0;
  bool may_hold = old_bytes && range_may_hold_objects((uintptr_t)memory, old_bytes);
  void *moved = real.realloc(memory, bytes);
  if (UNLIKELY(may_hold) && moved && moved != memory)
    memory_gone((uintptr_t)memory, old_bytes, CALLER());
  return moved;
}

PUBLIC int munmap(void *memory, size_t bytes) {
  struct caller caller = CALLER();
  if (UNLIKELY(!real.munmap))
    real_resolve();
  if (track_page_filter && bytes && !((uintptr_t)memory & ((1u << PAGE_SHIFT) - 1)))
    memory_gone((uintptr_t)memory, bytes, caller);
  return real.munmap(memory, bytes);
}

/* RTLD_DEEPBIND would bind the library's locks past us. Left by a jump, with the caller's return address, as libc looks up the
 * caller's search path by it; the new list of modules is written when the next thread begins or the process ends. */
PUBLIC void *dlopen(const char *file, int flags) {
  if (UNLIKELY(!real.dlopen))
    real_resolve();
  modules_change();
  return real.dlopen(file, recording() ? flags & ~RTLD_DEEPBIND : flags);
}

PUBLIC int dlclose(void *handle) {
  if (UNLIKELY(!real.dlclose))
    real_resolve();
  modules_change();
  if (record_attach() == RECORD_READY)
    record_modules(); /* while what goes is still there */
  int answer = real.dlclose(handle);
  track_unwind_forget();
  return answer;
}
