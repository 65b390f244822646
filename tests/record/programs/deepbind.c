/* A plugin loaded with RTLD_DEEPBIND, found next to the program by the program's own run path; it locks and is closed again. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  (void)argc;
  char path[4096];
  snprintf(path, sizeof path, "%s", argv[0]);
  strcpy(strrchr(path, '/'), "/plugin.so");
  for (int i = 0; i < 3; i++) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    if (!handle) {
      puts(dlerror());
      return 1;
    }
    int (*run)(void);
    void *symbol = dlsym(handle, "plugin_run");
    memcpy(&run, &symbol, sizeof run);
    printf("%d\n", run());
    dlclose(handle);
  }
  return 0;
}
