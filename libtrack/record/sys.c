/* sys.c - memory and text without libc. */
#include "record/sandbox.h"
#include "record/sys.h"

#include <sys/mman.h>

void *sys_memory(size_t bytes) {
  if (track_is_sandboxed)
    return sandbox_memory(bytes);
  long result = sys_call(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return result < 0 && result > -4096 ? NULL : (void *)result;
}

void sys_memory_free(void *memory, size_t bytes) {
  if (!track_is_sandboxed)
    sys_call2(SYS_munmap, memory, bytes);
}

size_t sys_append(char *text, size_t capacity, size_t length, const char *more) {
  while (*more && length + 1 < capacity)
    text[length++] = *more++;
  text[length] = 0;
  return length;
}

size_t sys_append_number(char *text, size_t capacity, size_t length, uint64_t number) {
  char digits[24];
  size_t n = sizeof digits;
  digits[--n] = 0;
  do
    digits[--n] = (char)('0' + number % 10);
  while (number /= 10);
  return sys_append(text, capacity, length, digits + n);
}
