/* symbolize.h - addresses of a recording into functions, files and lines (libdw, one interval index a module). */
#ifndef INSPECTOR_SYMBOLIZE_H
#define INSPECTOR_SYMBOLIZE_H

#include "findings/finding.h"
#include "trace/source.h"

struct symbols;

/* Modules are opened when first asked for. `info` must outlive the symbols; NULL or a text trace gives symbols that know nothing. */
struct symbols *symbols_new(const struct source_info *info);
void symbols_free(struct symbols *symbols);

/* Frames of a stack of return addresses (each but a start routine's is looked up at pc - 1), inlined calls expanded.
 * Frames of libtrack itself are left out. Never fails: what is unknown stays NULL. The caller frees by stack_done(). */
struct stack symbols_stack(struct symbols *symbols, const uint64_t *pcs, uint32_t n_pcs);

/* Function that starts at or holds `pc` (a start routine), demangled; NULL unknown. Caller frees. */
char *symbols_function(struct symbols *symbols, uint64_t pc);

/* Name of the static object at `address`: "name", "function::name", "name[3].member", or "name+16" where only the symbol is
 * known, "module+0x4010" where not even that; NULL: not static, or unknown. Caller frees. */
char *symbols_object(struct symbols *symbols, uint64_t address);

/* Is the address in code or data of the user's program rather than a system library? By path: /lib, /usr/lib and vdso are not. */
bool symbols_is_own(struct symbols *symbols, uint64_t pc);

/* One line each on modules that could not be read or changed since the recording, so far. Valid until symbols_free(). */
char *const *symbols_notes(const struct symbols *symbols, uint32_t *ret_n);

void stack_done(struct stack *stack);

#endif
