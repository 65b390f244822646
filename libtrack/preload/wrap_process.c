/* wrap_process.c - ends of the process that no destructor sees, exec, and thread names by prctl. */
#include <stdarg.h>

#include "preload/wrap.h"

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

PUBLIC int prctl(int option, ...) {
  va_list list;
  va_start(list, option);
  unsigned long a = va_arg(list, unsigned long), b = va_arg(list, unsigned long), c = va_arg(list, unsigned long), d = va_arg(list, unsigned long);
  va_end(list);
  bool is_recorded = ATTACH(real.prctl) == RECORD_READY;
  int answer = real.prctl(option, a, b, c, d);
  if (option == PR_SET_NAME && is_recorded && !answer)
    record_name(0, 0, (const char *)a);
  return answer;
}
