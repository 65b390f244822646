/* sandbox.c - two stocks that are used up front to back by any thread, without a lock. */
#include "record/sandbox.h"

#include "record/process.h"
#include "record/record.h"
#include "record/sys.h"
#include "record/unwind.h"

enum { FILE_BYTES = 8 << 20, MEMORY_BYTES = 64 << 20, MEMORY_ALIGN = 64 };

bool track_is_sandboxed;

static struct stock {
  char *begin; /* page-aligned, NULL: none */
  uint64_t used, bytes;
} stock_of_memory, stock_of_file;

static void *stock_take(struct stock *stock, size_t bytes, size_t align) {
  uint64_t used = __atomic_load_n(&stock->used, __ATOMIC_RELAXED), at;
  do {
    at = (used + align - 1) & ~(uint64_t)(align - 1);
    if (!stock->begin || at + bytes > stock->bytes)
      return NULL;
  } while (!__atomic_compare_exchange_n(&stock->used, &used, at + bytes, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return stock->begin + at;
}

void *sandbox_memory(size_t bytes) {
  return stock_take(&stock_of_memory, bytes, MEMORY_ALIGN);
}
void *sandbox_file(size_t bytes, size_t align) {
  return stock_take(&stock_of_file, bytes, align);
}

static void stock_up(void) {
  if (!stock_of_memory.begin && (stock_of_memory.begin = sys_memory(MEMORY_BYTES)))
    stock_of_memory.bytes = MEMORY_BYTES;
  int64_t offset = stock_of_file.begin ? -1 : file_reserve(FILE_BYTES, TRACE_LANE_ALIGN);
  if (offset >= 0 && (stock_of_file.begin = file_map((uint64_t)offset, FILE_BYTES)))
    stock_of_file.bytes = FILE_BYTES;
}

void sandbox_enter(void) {
  if (!recording())
    return;
  record_modules(); /* the last list there will be */
  stock_up();
  track_is_sandboxed = track_unwind_is_mute = true;
}

void sandbox_leave(void) {
  track_is_sandboxed = track_unwind_is_mute = false;
}
