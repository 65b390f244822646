/* native_file.h - a recording on disk: its header, and the parts of its lanes in order. */
#ifndef INSPECTOR_NATIVE_FILE_H
#define INSPECTOR_NATIVE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/native_catalog.h"

/* A BLOCK, or what a LANE held when the process ended. */
struct part {
  uint64_t offset; /* of its first byte in the file */
  uint64_t ticks;
  uint32_t lane, number, used_bytes;
  bool is_live; /* LANE */
  bool is_fresh;
};

struct native_file {
  const uint8_t *bytes; /* the file, and at least a page of zeros behind it */
  uint64_t size, mapped_bytes;
  struct trace_header header; /* a copy: the process may still live */
  int fd;                     /* of one that does, else -1 */
  struct part *parts;         /* by lane, then number; each number of a lane once */
  uint32_t n_parts, part_capacity;
  bool has_gaps; /* numbers are missing between the parts of some lane */
};

/* 0, or -errno with *ret_error set to one line. On success the file must be closed with native_file_close(). */
int native_file_open(struct native_file *file, const char *path, char **ret_error);
/* Finds the regions. Damage is noted in the catalog, modules go there. */
void native_file_scan(struct native_file *file, struct catalog *catalog);
void native_file_close(struct native_file *file);
/* Of a process that lives: the lane at `offset` as it is now, not to change any more under the reader's hands. */
void native_file_freeze(struct native_file *file, uint64_t offset);

/* native_modules.c: one MODULES region's content into info.modules. */
void native_modules_add(struct catalog *catalog, const struct trace_region *region, const uint8_t *bytes, uint64_t offset);
/* Sorts them by address, each once. */
void native_modules_finish(struct catalog *catalog);

#endif
