/* demangle.c - C++ names through the C++ library's own demangler. */
#include "findings/demangle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Of libstdc++ and libc++abi: the Itanium C++ ABI, section 3.4. */
char *__cxa_demangle(const char *mangled, char *buffer, size_t *length, int *status);

/* What gcc and clang append to the symbols of parts and copies of a function, and of static locals (.0). */
static bool is_clone_suffix(const char *dot) {
  static const char *const suffixes[] = {"constprop.", "part.", "isra.", "cold", "lto_priv.", "llvm.", "localalias", "partial."};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    if (strncmp(dot + 1, suffixes[i], strlen(suffixes[i])) == 0)
      return true;
  size_t digits = strspn(dot + 1, "0123456789");
  return digits && (!dot[1 + digits] || dot[1 + digits] == '.');
}

char *demangle(const char *linkage_name) {
  char *name = xstrdup(linkage_name);
  for (char *dot = *name ? strchr(name + 1, '.') : NULL; dot; dot = strchr(dot + 1, '.'))
    if (is_clone_suffix(dot)) {
      *dot = '\0';
      break;
    }
  if (strncmp(name, "_Z", 2) != 0)
    return name;
  int status = 0;
  char *readable = __cxa_demangle(name, NULL, NULL, &status);
  if (status != 0 || !readable) {
    free(readable);
    return name;
  }
  free(name);
  return readable;
}
