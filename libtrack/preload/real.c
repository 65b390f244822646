/* real.c - looks up the functions behind ours with dlsym(RTLD_NEXT).
 *
 * Constructors of libraries that we depend on run before ours and may lock: every wrapper asks for its function and calls
 * real_resolve() when it is not there yet. dlsym itself may allocate, free and lock: what comes back in finds is_resolving. */
#include "preload/real.h"

#include <errno.h>
#include <string.h>

#include "record/sys.h"

struct real real;

static __thread bool is_resolving __attribute__((tls_model("initial-exec")));

static void *look_up(const char *name, const char *version) {
  void *found = version ? dlvsym(RTLD_NEXT, name, version) : NULL;
  return found ? found : dlsym(RTLD_NEXT, name);
}

void real_resolve(void) {
  if (is_resolving)
    return;
  is_resolving = true;
  int saved = errno;
  void *found; /* ISO C knows no way from an object pointer to a function */
#define REAL(name) found = look_up(#name, NULL), memcpy(&real.name, &found, sizeof found);
#define REAL_VERSION(name, version) found = look_up(#name, version), memcpy(&real.name, &found, sizeof found);
#include "preload/real.def"
  errno = saved;
  is_resolving = false;
}

void *real_find(const char *name, const char *library) {
  int saved = errno;
  void *found = dlsym(RTLD_NEXT, name);
  if (!found && library) {
    /* Came by dlopen(RTLD_LOCAL), which RTLD_NEXT does not see. */
    void *handle = real.dlopen ? real.dlopen(library, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (handle) {
      found = dlsym(handle, name);
      real.dlclose(handle);
    }
  }
  errno = saved;
  return found;
}
