/* unwind_object.c - which loaded object holds an address.
 *
 * glibc 2.35 and later answer that without a lock, by _dl_find_object, which was made for unwinders. The reference is
 * weak; a libc without it leaves frame pointers only (its dl_iterate_phdr takes a lock that a signal handler may find
 * taken, and this code must run there). */
#include "record/unwind_cfi.h"

#include <dlfcn.h>

#ifdef DLFO_EH_SEGMENT_TYPE
#pragma weak _dl_find_object

bool unwind_object_find(uintptr_t pc, struct unwind_object *ret_object) {
  struct dl_find_object found;
  if (!_dl_find_object || _dl_find_object((void *)pc, &found) != 0)
    return false;
  ret_object->begin = (uintptr_t)found.dlfo_map_start;
  ret_object->end = (uintptr_t)found.dlfo_map_end;
  ret_object->eh_frame_hdr = found.dlfo_eh_frame;
  return true;
}
#else
bool unwind_object_find(uintptr_t pc, struct unwind_object *ret_object) {
  (void)pc, (void)ret_object;
  return false;
}
#endif
