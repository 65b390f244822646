/* wrap_process.c - ends of the process that no destructor sees, exec, and thread names by prctl. */
#include <linux/seccomp.h>
#include <stdarg.h>
#include <string.h>

#include "preload/wrap.h"
#include "record/sandbox.h"

#define EXEC(name, parameters, arguments)                                                                                                  \
  PUBLIC int name parameters {                                                                                                             \
    if (UNLIKELY(!real.name))                                                                                                              \
      real_resolve();                                                                                                                      \
    record_exec(true);                                                                                                                     \
    int answer = real.name arguments;                                                                                                      \
    record_exec(false);                                                                                                                    \
    return answer;                                                                                                                         \
  }
EXEC(execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
EXEC(execv, (const char *path, char *const argv[]), (path, argv))
EXEC(execvp, (const char *file, char *const argv[]), (file, argv))
EXEC(execvpe, (const char *file, char *const argv[], char *const envp[]), (file, argv, envp))
EXEC(fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))

#define END(name)                                                                                                                          \
  PUBLIC __attribute__((noreturn)) void name(int status) {                                                                                 \
    if (UNLIKELY(!real.name))                                                                                                              \
      real_resolve();                                                                                                                      \
    record_exit(status, CALLER());                                                                                                                 \
    real.name(status);                                                                                                                     \
    __builtin_unreachable();                                                                                                               \
  }
END(_exit)
END(_Exit)

/* Runs its own handlers first; the destructor does not follow, so this is the last we see. */
END(quick_exit)

/* seccomp's strict mode forbids this thread every call and the clock; a filter may forbid anything. */
static int lose_calls(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  bool is_filter = option == PR_SET_SECCOMP && a == SECCOMP_MODE_FILTER;
  struct thread_state *ts = is_filter ? NULL : record_give_up();
  bool was_sandboxed = track_is_sandboxed;
  if (is_filter)
    sandbox_enter();
  int answer = real.prctl(option, a, b, c, d);
  if (answer && ts)
    record_take_up(ts);
  if (answer && is_filter && !was_sandboxed)
    sandbox_leave();
  return answer;
}

/* libseccomp's way to install one. */
int seccomp_load(const void *context);
PUBLIC int seccomp_load(const void *context) {
  int (*load)(const void *) = NULL;
  void *found = real_find("seccomp_load", 0);
  bool was_sandboxed = track_is_sandboxed;
  if (!found)
    return -ENOSYS;
  memcpy(&load, &found, sizeof found);
  sandbox_enter();
  int answer = load(context);
  if (answer && !was_sandboxed)
    sandbox_leave();
  return answer;
}

/* The kernel reads 15 bytes, and no zero byte need follow. */
static void name_thread(const char *name) {
  char copy[16] = {0};
  memcpy(copy, name, strnlen(name, sizeof copy - 1));
  record_name(NAME_SELF, 0, copy);
}

PUBLIC int prctl(int option, ...) {
  va_list list;
  va_start(list, option);
  unsigned long a = va_arg(list, unsigned long), b = va_arg(list, unsigned long), c = va_arg(list, unsigned long), d = va_arg(list, unsigned long);
  va_end(list);
  bool is_recorded = ATTACH(real.prctl) == RECORD_READY;
  if (is_recorded && ((option == PR_SET_SECCOMP && a != SECCOMP_MODE_DISABLED) || (option == PR_SET_TSC && a == PR_TSC_SIGSEGV)))
    return lose_calls(option, a, b, c, d);
  int answer = real.prctl(option, a, b, c, d);
  if (option == PR_SET_NAME && is_recorded && !answer)
    name_thread((const char *)a);
  return answer;
}
