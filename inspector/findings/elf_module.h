/* elf_module.h - one object file of the traced program: its debug information, wherever that is, and its symbol tables. */
#ifndef INSPECTOR_ELF_MODULE_H
#define INSPECTOR_ELF_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "findings/finding.h"
#include "trace/source.h"

struct elf_module;

/* Opens the module's file, and its separate debug file. What cannot be had is said in *ret_note (one line, caller frees;
 * NULL when all is well). A file whose build-id differs from the recorded one is not used. Never NULL. */
struct elf_module *elf_module_new(const struct source_module *recorded, char **ret_note);
void elf_module_free(struct elf_module *module); /* accepts NULL */

/* As dwarf_index_frames(); without debug information one frame with the symbol's name, or 0. */
uint32_t elf_module_frames(struct elf_module *module, uint64_t address, struct frame **ret_frames);

struct call_site;
/* What the debug information says of the calls of the function that holds the address (dwarf_calls.h); caller frees. */
uint32_t elf_module_calls(struct elf_module *module, uint64_t address, struct call_site **ret_sites);

/* Where a function begins, copies with a suffix of the compiler's (.constprop.0) included; 0: there is none. */
uint64_t elf_module_function(struct elf_module *module, const char *linkage_name);

/* Is the address in the few instructions that the linker starts every program with? */
bool elf_module_is_start_code(const struct elf_module *module, uint64_t address);

/* "name", "function::name" of a static local, "name[3].member", or "name+16" without debug information: the data symbol that
 * holds the address; NULL if none. Caller frees. */
char *elf_module_object(struct elf_module *module, uint64_t address);

#endif
