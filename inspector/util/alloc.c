/* alloc.c - allocation that cannot fail: a tool that runs offline has nothing better to do than stop. */
#include "util/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory) {
  if (memory)
    return memory;
  fputs("inspector: out of memory\n", stderr);
  exit(2);
}

void *xmalloc(size_t bytes) {
  return checked(malloc(bytes ? bytes : 1));
}
void *xcalloc(size_t n, size_t bytes) {
  return checked(calloc(n ? n : 1, bytes ? bytes : 1));
}
char *xstrdup(const char *text) {
  return checked(strdup(text));
}

void *xreallocarray(void *old, size_t n, size_t bytes) {
  return checked(reallocarray(old, n ? n : 1, bytes ? bytes : 1));
}

char *xvasprintf(const char *format, va_list arguments) {
  char *text = NULL;
  int length = vasprintf(&text, format, arguments);
  return checked(length < 0 ? NULL : text);
}

char *xasprintf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = xvasprintf(format, arguments);
  va_end(arguments);
  return text;
}

void *grow(void *array, uint32_t n, uint32_t *capacity, size_t bytes) {
  if (n < *capacity)
    return array;
  size_t wanted = *capacity ? (size_t)*capacity * 2 : 16;
  while (wanted <= n)
    wanted *= 2;
  if (wanted > UINT32_MAX)
    checked(NULL);
  array = xreallocarray(array, wanted, bytes);
  memset((char *)array + *capacity * bytes, 0, (wanted - *capacity) * bytes);
  *capacity = (uint32_t)wanted;
  return array;
}
