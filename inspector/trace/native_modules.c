/* native_modules.c - the loaded objects of a recording.
 *
 * A MODULES region is a table of struct trace_module, as many rows as the region's number, then the bytes of the paths. Each
 * lists all that is loaded at its time; what is the same in several is kept once. */
#include "trace/native_file.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static void add_one(struct catalog *c, const struct trace_module *m, const uint8_t *bytes, uint32_t n) {
  struct source_info *info = c->info;
  info->modules = grow(info->modules, info->n_modules, &c->module_capacity, sizeof *info->modules);
  struct source_module *module = &info->modules[info->n_modules++];
  *module = (struct source_module){.bias = m->bias, .begin = m->begin, .end = m->end};
  module->build_id_bytes = m->build_id_bytes < sizeof m->build_id ? m->build_id_bytes : sizeof m->build_id;
  memcpy(module->build_id, m->build_id, sizeof m->build_id);
  bool is_inside = m->path_offset <= n && m->path_bytes <= n - m->path_offset && m->path_bytes <= PATH_MAX;
  catalog_name(&module->path, bytes + (is_inside ? m->path_offset : 0), is_inside ? m->path_bytes : 0);
}

void native_modules_add(struct catalog *c, const struct trace_region *region, const uint8_t *bytes, uint64_t offset) {
  uint32_t n = region->used_bytes;
  if (region->number > n / sizeof(struct trace_module)) {
    catalog_damage(c, "offset %" PRIu64 ": the table of modules is damaged", offset);
    return;
  }
  for (uint32_t i = 0; i < region->number; i++) {
    struct trace_module module;
    memcpy(&module, bytes + i * sizeof module, sizeof module);
    add_one(c, &module, bytes, n);
  }
}

static int by_address(const void *a, const void *b) {
  const struct source_module *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  if (x->bias != y->bias)
    return x->bias < y->bias ? -1 : 1;
  return strcmp(x->path, y->path);
}

void native_modules_finish(struct catalog *c) {
  struct source_info *info = c->info;
  uint32_t n = 0;
  if (info->n_modules)
    qsort(info->modules, info->n_modules, sizeof *info->modules, by_address);
  for (uint32_t i = 0; i < info->n_modules; i++) {
    if (n && by_address(&info->modules[n - 1], &info->modules[i]) == 0)
      free(info->modules[i].path);
    else
      info->modules[n++] = info->modules[i];
  }
  info->n_modules = n;
}
