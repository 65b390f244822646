/* dwarf_calls.h - which function a call goes to, and which calls of a function are jumps.
 *
 * A call at the very end of a function becomes a jump when it is optimised: the function is gone from the stack. The compiler writes down
 * the calls of a function (DWARF 5, 3.4: call site entries), so that it can be put back. */
#ifndef INSPECTOR_DWARF_CALLS_H
#define INSPECTOR_DWARF_CALLS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

struct call_site {
  uint64_t address;   /* in the call or jump instruction */
  const char *target; /* as the linker knows it, in the file's strings; NULL: it is known at run time only */
  bool is_tail;
};

/* The call sites of one function and of what is inlined into it, as the compiler tells them; caller frees. */
uint32_t dwarf_calls_of(Dwarf_Die *function, struct call_site **ret_sites);

#endif
