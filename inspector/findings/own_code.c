/* own_code.c - see own_code.h. A path is all that a recording has; what lies where distributions put libraries is not the
 * user's. Programs are: /usr/bin and /opt count as own code. */
#include "findings/own_code.h"

#include <stddef.h>
#include <string.h>

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* "/lib/", "/lib64/", "/libx32/": `root` and letters up to the next slash, digits included, nothing like "/libexec/". */
static bool is_in_library_folder(const char *path, const char *root) {
  if (!starts_with(path, root))
    return false;
  const char *rest = path + strlen(root);
  return *rest == '/' || starts_with(rest, "64/") || starts_with(rest, "32/") || starts_with(rest, "x32/");
}

bool is_module_file(const char *path) {
  return *path && *path != '[' && !starts_with(path, "linux-vdso") && !starts_with(path, "linux-gate");
}

bool is_system_module(const char *path) {
  static const char *const runtimes[] = {"ld-linux",      "ld-musl",      "libc.so.",    "libc-2.",     "libpthread.so.",
                                         "libpthread-2.", "libm.so.",     "libdl.so.",   "librt.so.",   "libstdc++.so",
                                         "libc++.so",     "libc++abi.so", "libgcc_s.so", "libgomp.so",  "libomp.so",
                                         "libtsan.so",    "libasan.so",   "libubsan.so", "libatomic.so"};
  if (!is_module_file(path) || is_in_library_folder(path, "/lib") || is_in_library_folder(path, "/usr/lib"))
    return true;
  for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
    if (starts_with(base_name(path), runtimes[i]))
      return true;
  return false;
}

bool is_recorder_module(const char *path) {
  return starts_with(base_name(path), "libtrack.so");
}

bool is_system_source(const char *path) {
  const char *include = strstr(path, "/include/"),
             *cxx = include ? strstr(include, "/c++/") : NULL; /* include/x86_64-linux-gnu/c++/12, include/c++/v1 */
  return starts_with(path, "/usr/include/") || is_in_library_folder(path, "/usr/lib") || (cxx && strcspn(cxx + 5, "v0123456789") == 0) ||
         strstr(path, "/libstdc++-v3/") != NULL;
}
