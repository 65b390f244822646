/* elf_file.h - as much of an ELF executable as tells whether and how a library can be preloaded into it. */
#ifndef INSPECTOR_ELF_FILE_H
#define INSPECTOR_ELF_FILE_H

#include <stdbool.h>

struct elf_file {
  char *loader;        /* PT_INTERP */
  char *needs_runtime; /* DT_NEEDED name of a sanitizer's runtime library, NULL none */
};

/* Returns NULL, or why the file cannot be recorded, as the end of a sentence that starts with "it": caller frees. A file
 * that may be executed but not read is taken as it is: both members NULL. */
char *elf_file_read(const char *path, struct elf_file *ret_file);
void elf_file_done(struct elf_file *file);

/* Path of the library `file->needs_runtime` as the program's own loader finds it; NULL unknown. Caller frees. */
char *elf_resolve_needed(const char *path, const struct elf_file *file);

#endif
