/* dwarf_names.h - what a function is called, from its entry in the debug information. */
#ifndef INSPECTOR_DWARF_NAMES_H
#define INSPECTOR_DWARF_NAMES_H

#include <elfutils/libdw.h>

/* Demangled linkage name; where a C++ function has none, its scopes and name: "(anonymous namespace)::run", "main::{lambda}::operator()".
 * NULL: it has no name. Caller frees. */
char *dwarf_function_name(Dwarf_Die *function);

#endif
