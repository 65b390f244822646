/* debug_file.h - object files on disk: opened safely, compared by build-id, and found again under /usr/lib/debug. */
#ifndef INSPECTOR_DEBUG_FILE_H
#define INSPECTOR_DEBUG_FILE_H

#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

struct build_id {
  uint8_t bytes[20];
  uint32_t n_bytes; /* 0: has none */
};

struct elf_file {
  int descriptor; /* -1: not open */
  Elf *elf;       /* NULL: not open */
};

/* Returns 0, or -errno; -ENOEXEC when it is no object file. Never blocks on what is no regular file. */
int elf_file_open(const char *path, struct elf_file *ret_file);
void elf_file_close(struct elf_file *file); /* accepts a zeroed or closed one */

struct build_id elf_build_id(Elf *elf);
bool build_id_equal(const struct build_id *a, const struct build_id *b);
bool elf_has_debug(Elf *elf); /* .debug_info, compressed or not */

/* The separate debug file: by build-id, else by the .gnu_debuglink of `elf` (may be NULL) beside `path`. False if there is none. */
bool debug_file_find(const char *path, const struct build_id *id, Elf *elf, struct elf_file *ret_file);

#endif
