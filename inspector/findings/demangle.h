/* demangle.h - names as their author wrote them. */
#ifndef INSPECTOR_DEMANGLE_H
#define INSPECTOR_DEMANGLE_H

/* A linkage name without the compiler's suffixes (.constprop.0, .cold), demangled if it is a C++ one. Caller frees. */
char *demangle(const char *linkage_name);

#endif
