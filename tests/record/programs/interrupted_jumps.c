/* A signal handler that jumps out of whatever it interrupts, libtrack's part of a lock included; the program then goes on, with
 * calls at the same depth as before and with deeper ones. An argument: how deep. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static sigjmp_buf back;
static volatile sig_atomic_t is_armed, n_jumps;
static pthread_mutex_t tried, after = PTHREAD_MUTEX_INITIALIZER;

static void handler(int number) {
  (void)number;
  if (is_armed) {
    is_armed = 0;
    n_jumps = n_jumps + 1;
    siglongjmp(back, 1);
  }
}

static __attribute__((noinline)) void lock_below(int depth) {
  if (depth > 0)
    lock_below(depth - 1);
  else
    for (int i = 0; i < 100000; i++) {
      pthread_mutex_lock(&after);
      pthread_mutex_unlock(&after);
    }
  __asm__ volatile(""); /* no tail call */
}

int main(int argc, char **argv) {
  struct itimerval every = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
  pthread_mutexattr_t recursive;
  pthread_mutexattr_init(&recursive);
  pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&tried, &recursive);
  signal(SIGALRM, handler);
  setitimer(ITIMER_REAL, &every, NULL);
  while (n_jumps < 100)
    if (!sigsetjmp(back, 1)) {
      is_armed = 1;
      for (;;) {
        pthread_mutex_trylock(&tried);
        pthread_mutex_unlock(&tried);
      }
    }
  setitimer(ITIMER_REAL, &never, NULL);
  lock_below(argc > 1 ? atoi(argv[1]) : 0);
  puts("went on");
  return 0;
}
