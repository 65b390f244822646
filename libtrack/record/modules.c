/* modules.c - which object files are mapped where, so that addresses can be given names afterwards.
 *
 * Written whole at the start, after each dlopen and dlclose and at the end, never from a flush: the list's lock may be held by a
 * thread that waits for a lock of the program. That lock is not made new by fork(): a child whose parent had other threads might
 * wait for one of them for ever, so it writes its parent's list until it calls dlopen itself, and a fork waits for our own use of
 * the list in other threads to be over. */
#include <link.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "record/process.h"
#include "record/record.h"
#include "record/sandbox.h"
#include "record/sys.h"

struct listing {
  struct trace_module *modules; /* NULL while counting */
  char *paths;
  uint32_t n, path_bytes, capacity, path_capacity, path_base;
};

static void read_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) * header, struct trace_module *m) {
  const char *p = (const char *)(info->dlpi_addr + header->p_vaddr), *end = p + header->p_memsz;
  while (p + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) note;
    memcpy(&note, p, sizeof note);
    const char *name = p + sizeof note, *content = name + ((note.n_namesz + 3) & ~3u);
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && !memcmp(name, "GNU", 4) && note.n_descsz <= sizeof m->build_id) {
      memcpy(m->build_id, content, note.n_descsz);
      m->build_id_bytes = note.n_descsz;
      return;
    }
    p = content + ((note.n_descsz + 3) & ~3u);
  }
}

static void read_segments(const struct dl_phdr_info *info, struct trace_module *m) {
  m->bias = info->dlpi_addr;
  m->begin = UINT64_MAX;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *h = &info->dlpi_phdr[i];
    if (h->p_type == PT_LOAD) {
      uint64_t begin = info->dlpi_addr + h->p_vaddr;
      m->begin = begin < m->begin ? begin : m->begin;
      m->end = begin + h->p_memsz > m->end ? begin + h->p_memsz : m->end;
    }
    if (h->p_type == PT_NOTE)
      read_build_id(info, h, m);
  }
}

static int list_module(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  struct listing *list = context;
  const char *path = info->dlpi_name[0] ? info->dlpi_name : list->n ? "[vdso]" : track_process->header->program;
  uint32_t length = (uint32_t)strnlen(path, 4096);
  if (!list->modules) {
    list->n++;
    list->path_bytes += length;
    return 0;
  }
  if (list->n == list->capacity || list->path_bytes + length > list->path_capacity)
    return 1; /* grew between the two passes: the next listing has it */
  struct trace_module *m = &list->modules[list->n++];
  read_segments(info, m);
  m->loaded_ticks = clock_now();
  if (UNLIKELY(track_is_steered))
    steer_module(path, length, m->bias);
  memcpy(list->paths + list->path_bytes, path, length);
  m->path_offset = list->path_base + list->path_bytes;
  m->path_bytes = length;
  list->path_bytes += length;
  return 0;
}

static int count_changes(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  *(uint64_t *)context = info->dlpi_adds + info->dlpi_subs;
  return 1;
}

/* All plain memory, which a forked child has a copy of. `lock` is never waited for, but by fork, and there not for ever. */
static struct {
  uint32_t lock;
  bool is_kept_from_fork, was_threaded; /* between the two halves of a fork, by the thread that forks */
  bool is_unsure;                       /* the loader's lock may be held by a thread that is not there */
  uint32_t n_asked, n_answered;         /* calls of dlopen and dlclose; as of the last list */
  char *memory;                         /* last list written */
  size_t memory_bytes;
  uint32_t n, bytes;
} known;

static bool known_lock(void) {
  return !__atomic_exchange_n(&known.lock, 1, __ATOMIC_ACQUIRE);
}
static void known_unlock(void) {
  __atomic_store_n(&known.lock, 0, __ATOMIC_RELEASE);
}

enum { FORK_PATIENCE = 10000 };

void modules_before_fork(void) {
  known.was_threaded = !__libc_single_threaded;
  known.is_kept_from_fork = known_lock();
  for (int i = 0; !known.is_kept_from_fork && i < FORK_PATIENCE; i++) {
    pause_a_little(i);
    known.is_kept_from_fork = known_lock();
  }
}

void modules_after_fork(bool is_child) {
  known.is_unsure |= is_child && known.was_threaded;
  if (is_child || known.is_kept_from_fork)
    known_unlock();
}

void modules_change(void) {
  __atomic_store_n(&known.is_unsure, false, __ATOMIC_RELAXED); /* who calls dlopen after fork relies on that lock anyhow */
  __atomic_fetch_add(&known.n_asked, 1, __ATOMIC_RELAXED);
}

static void write_known(void) {
  if (!known.memory)
    return;
  struct trace_region region = {.kind = TRACE_REGION_MODULES,
                                .number = known.n,
                                .capacity_bytes = (known.bytes + TRACE_REGION_ALIGN - 1) & ~(TRACE_REGION_ALIGN - 1),
                                .used_bytes = known.bytes,
                                .checksum = trace_checksum(known.memory, known.bytes),
                                .ticks = clock_now()};
  int error = file_write_region(&region, known.memory);
  if (error)
    file_failed(error);
}

static void make_known(void) {
  struct listing list = {0};
  dl_iterate_phdr(list_module, &list);
  list.capacity = list.n;
  list.path_capacity = list.path_bytes + 4096;
  list.path_base = list.capacity * (uint32_t)sizeof(struct trace_module);
  size_t bytes = list.path_base + list.path_capacity;
  char *memory = sys_memory(bytes);
  if (!memory)
    return;
  list.modules = (struct trace_module *)memory;
  list.paths = memory + list.path_base;
  list.n = list.path_bytes = 0;
  dl_iterate_phdr(list_module, &list);
  if (known.memory)
    sys_call2(SYS_munmap, known.memory, known.memory_bytes);
  known.memory = memory;
  known.memory_bytes = bytes;
  known.n = list.n;
  known.bytes = list.path_base + list.path_bytes;
}

static void update_known(void) {
  uint32_t n_asked = __atomic_load_n(&known.n_asked, __ATOMIC_RELAXED);
  uint64_t changes = 0;
  dl_iterate_phdr(count_changes, &changes);
  if (track_process->module_changes == changes)
    return;
  track_process->module_changes = changes;
  known.n_answered = n_asked;
  make_known();
  write_known();
}

void record_modules(void) {
  if (!recording() || track_is_sandboxed || !known_lock())
    return;
  if (!known.is_unsure)
    update_known();
  else if (!track_process->module_changes) {
    track_process->module_changes = UINT64_MAX;
    write_known();
  }
  known_unlock();
}

void record_modules_asked(void) {
  if (__atomic_load_n(&known.n_asked, __ATOMIC_RELAXED) != __atomic_load_n(&known.n_answered, __ATOMIC_RELAXED))
    record_modules();
}
