/* frees_first.c - before any library is initialised, the error of a failed look-up is read, so that the first of our functions
 * to be called is a free() inside libc, and looking up the real one comes back to it. Runtimes of sanitizers begin so. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char early_error[256];

static void before_all(void) {
  const char *error = dlsym(RTLD_DEFAULT, "no_such_function") ? NULL : dlerror();
  if (error)
    strncpy(early_error, error, sizeof early_error - 1);
}

__attribute__((section(".preinit_array"), used)) static void (*const start)(void) = before_all;

int main(void) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  int result = pthread_mutex_lock(&lock) | pthread_mutex_unlock(&lock);
  printf("%d %s\n", result, early_error);
  return 0;
}
