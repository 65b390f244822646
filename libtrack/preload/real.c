/* real.c - looks up the functions behind ours with dlsym(RTLD_NEXT).
 *
 * Constructors of libraries that we depend on run before ours and may lock: every wrapper asks for its function and calls
 * real_resolve() when it is not there yet. dlsym itself may allocate, free and lock: what comes back in finds is_resolving. */
#include "preload/real.h"

#include <errno.h>
#include <string.h>

#include "record/sys.h"

struct real real;

/* Volatile: dlsym is declared a leaf, a function that calls nothing of ours, and so the mark that it needs would be left out. */
static __thread volatile bool is_resolving __attribute__((tls_model("initial-exec")));

static void *look_up(const char *name, const char *version) {
  void *found = version ? dlvsym(RTLD_NEXT, name, version) : NULL;
  return found ? found : dlsym(RTLD_NEXT, name);
}

/* An allocator may come without malloc_usable_size: libc's would misread its blocks. */
static bool is_same_allocator(void) {
  void *free_at, *size_at;
  Dl_info free_in, size_in;
  memcpy(&free_at, &real.free, sizeof free_at);
  memcpy(&size_at, &real.malloc_usable_size, sizeof size_at);
  return free_at && size_at && dladdr(free_at, &free_in) && dladdr(size_at, &size_in) && free_in.dli_fbase == size_in.dli_fbase;
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
  if (!is_same_allocator())
    real.malloc_usable_size = NULL;
  errno = saved;
  is_resolving = false;
}

/* What `name` means to whoever holds an object file open: itself and what it was linked with. */
static void *find_within(const char *file, const char *name) {
  Dl_info theirs, ours;
  void *handle = file && real.dlopen && real.dlclose ? real.dlopen(file, RTLD_LAZY | RTLD_NOLOAD) : NULL;
  if (!handle)
    return NULL;
  void *found = dlsym(handle, name);
  real.dlclose(handle);
  return found && dladdr(found, &theirs) && dladdr(&real, &ours) && theirs.dli_fbase != ours.dli_fbase ? found : NULL;
}

void *real_find(const char *name, uintptr_t pc) {
  static const char *const runtimes[] = {"libstdc++.so.6", "libc++abi.so.1", "libc++.so.1"};
  Dl_info info;
  int saved = errno;
  void *found = dlsym(RTLD_NEXT, name);
  /* What came by dlopen(RTLD_LOCAL) is not seen by RTLD_NEXT. */
  for (size_t i = 0; !found && pc && i < sizeof runtimes / sizeof *runtimes; i++)
    found = find_within(runtimes[i], name);
  if (!found && pc && dladdr((const void *)pc, &info))
    found = find_within(info.dli_fname, name);
  errno = saved;
  return found;
}
