/* wrap_signal.c - signal handlers and timers: what could act in the process while all of its threads wait.
 *
 * No event is recorded; the recording's header says that there was one (enum trace_waker). Handlers of signals that end a process, or that
 * come of a thread's own mistake, do not count. What installs handlers inside of libc is not seen. */
#include <signal.h>
#include <time.h>

#include "preload/wrap.h"
#include "record/process.h"

static bool is_last_word(int number) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGILL,  SIGABRT,
                                SIGFPE, SIGSEGV, SIGBUS, SIGSYS,  SIGTRAP, SIGXCPU, SIGXFSZ};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i] == number)
      return true;
  return false;
}

typedef void handler(int number);

static bool is_request_to_end(int number) { return number == SIGTERM || number == SIGHUP || number == SIGQUIT; }

static void note_handler(int number, handler *function) {
  if (is_request_to_end(number) && function != SIG_DFL && function != SIG_IGN && function != SIG_ERR)
    process_note_waker(TRACE_WAKER_STOP);
  if (function == SIG_DFL || function == SIG_IGN || function == SIG_ERR || is_last_word(number))
    return;
  process_note_waker(number == SIGCHLD ? TRACE_WAKER_CHILD : TRACE_WAKER_HANDLER);
}

/* Libc's own: for calls that come while the functions behind ours are looked up. */
extern int __sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old);

/* The two kinds of handlers share their place. */
PUBLIC int sigaction(int number, const struct sigaction *restrict new, struct sigaction *restrict old) {
  if (UNLIKELY(!real.sigaction))
    real_resolve();
  if (new)
    note_handler(number, new->sa_handler);
  return LIKELY(real.sigaction) ? real.sigaction(number, new, old) : __sigaction(number, new, old);
}

#define SIGNAL(name)                                                                                                                       \
  PUBLIC handler *name(int number, handler *function) {                                                                                    \
    if (UNLIKELY(!real.name))                                                                                                              \
      real_resolve();                                                                                                                      \
    note_handler(number, function);                                                                                                        \
    return LIKELY(real.name) ? real.name(number, function) : SIG_ERR;                                                                      \
  }
SIGNAL(signal)
SIGNAL(sysv_signal)
SIGNAL(__sysv_signal)

PUBLIC int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict ret_timer) {
  if (UNLIKELY(!real.timer_create))
    real_resolve();
  process_note_waker(TRACE_WAKER_TIMER);
  return LIKELY(real.timer_create) ? real.timer_create(clock, event, ret_timer) : -1;
}
