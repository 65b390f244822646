/* dwarf_index.h - addresses of one object file into functions, inlined calls and lines.
 *
 * Asking libdw for the scopes of an address walks the unit's whole tree each time: 40 ms in a big C++ unit. Here a unit's
 * tree is walked once, when an address of it is first asked for, into spans of addresses. */
#ifndef INSPECTOR_DWARF_INDEX_H
#define INSPECTOR_DWARF_INDEX_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

#include "findings/finding.h"

struct dwarf_index;

struct dwarf_index *dwarf_index_new(Dwarf *dwarf);
void dwarf_index_free(struct dwarf_index *index); /* accepts NULL */

/* Append the frames at `address` (of the file, not loaded), the innermost inlined call first, to *ret_frames and return how
 * many: 0 when the debug information does not know it. Function, file, line and is_inlined are set; what is unknown stays 0. */
uint32_t dwarf_index_frames(struct dwarf_index *index, uint64_t address, struct frame **ret_frames);

/* The entry of the function, not an inlined one, that holds `address`. Returns false if it is unknown. */
bool dwarf_index_function(struct dwarf_index *index, uint64_t address, Dwarf_Die *ret_function);

#endif
