/* A C program that loads C++ plugins for itself only: one with the shared runtime, one with a runtime linked into it. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void ask(const char *name) {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
  path[length > 0 ? length : 0] = 0;
  strcpy(strrchr(path, '/') + 1, name);
  void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL), *found = plugin ? dlsym(plugin, "plugin_answer") : NULL;
  int (*answer)(void);
  if (!found) {
    printf("%s: %s\n", name, dlerror());
    return;
  }
  memcpy(&answer, &found, sizeof found);
  printf("%s: %d %d\n", name, answer(), answer());
}

int main(void) {
  ask("own_runtime.so");
  ask("shared_runtime.so");
  return 0;
}
