/* variables.h - static variables of one object file by address: which array element or member lies there. */
#ifndef INSPECTOR_VARIABLES_H
#define INSPECTOR_VARIABLES_H

#include <elfutils/libdw.h>
#include <stdint.h>

struct variables;

/* Reads the whole debug information once; make it when a name is first needed. */
struct variables *variables_new(Dwarf *dwarf);
void variables_free(struct variables *variables); /* accepts NULL */

/* "[3].lock": the way from the variable at `address` to the object `offset` bytes into it, down to the member that is a
 * lock or the like. NULL when the debug information does not tell. Caller frees. */
char *variables_path(struct variables *variables, uint64_t address, uint64_t offset);

/* The function that the variable at `address` is local to; NULL: none, or unknown. Valid as long as the Dwarf. */
const char *variables_function(struct variables *variables, uint64_t address);

#endif
