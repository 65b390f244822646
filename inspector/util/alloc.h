/* alloc.h - allocation for the offline tools: out of memory ends the program with one line. */
#ifndef INSPECTOR_ALLOC_H
#define INSPECTOR_ALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

void *xmalloc(size_t bytes);
void *xcalloc(size_t n, size_t bytes);
void *xreallocarray(void *old, size_t n, size_t bytes);
char *xstrdup(const char *text);
char *xvasprintf(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Room for element number `n` in an array of elements of `bytes`: doubles *capacity when full. New elements are zeroed. */
void *grow(void *array, uint32_t n, uint32_t *capacity, size_t bytes);

#endif
