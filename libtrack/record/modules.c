/* modules.c - which object files are mapped where, so that addresses can be given names afterwards.
 *
 * Written whole at the start, after each dlopen and dlclose and at the end, never from a flush: the list's lock may be held by a
 * thread that waits for a lock of the program. */
#include <link.h>
#include <string.h>

#include "record/process.h"
#include "record/record.h"
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

static void write_listing(const struct listing *list, void *memory) {
  uint32_t bytes = list->path_base + list->path_bytes;
  struct trace_region region = {.kind = TRACE_REGION_MODULES,
                                .number = list->n,
                                .capacity_bytes = (bytes + TRACE_REGION_ALIGN - 1) & ~(TRACE_REGION_ALIGN - 1),
                                .used_bytes = bytes,
                                .checksum = trace_checksum(memory, bytes),
                                .ticks = clock_now()};
  int error = file_write_region(&region, memory);
  if (error)
    file_failed(error);
}

void record_modules(void) {
  if (!recording())
    return;
  uint64_t changes = 0;
  dl_iterate_phdr(count_changes, &changes);
  if (__atomic_exchange_n(&track_process->module_changes, changes, __ATOMIC_RELAXED) == changes)
    return;
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
  write_listing(&list, memory);
  sys_call2(SYS_munmap, memory, bytes);
}
