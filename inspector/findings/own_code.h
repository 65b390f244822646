/* own_code.h - which files are the user's own, judged by where they lie. */
#ifndef INSPECTOR_OWN_CODE_H
#define INSPECTOR_OWN_CODE_H

#include <stdbool.h>

/* Is the object file a system library's: in /lib or /usr/lib, the vdso, or a C or C++ runtime wherever it lies? */
bool is_system_module(const char *path);
/* Has the module a file at all? The vdso has none. */
bool is_module_file(const char *path);
/* Is it the recorder itself? */
bool is_recorder_module(const char *path);
/* Is the source file a system header: inline code of the C++ library and its like? */
bool is_system_source(const char *path);
/* The last component of a path. */
const char *base_name(const char *path);

#endif
