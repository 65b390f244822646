/* A signal handler forks in the middle of everything; the child returns from it and goes on, then exits. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t is_child, n_forks, n_ended, is_armed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, many[512];

static void handler(int number) {
  int saved = errno, status = 0;
  (void)number;
  if (!is_armed)
    return;
  is_armed = 0;
  pid_t pid = fork();
  if (!pid)
    is_child = 1;
  else {
    waitpid(pid, &status, 0);
    n_forks = n_forks + 1;
    n_ended = n_ended + (WIFEXITED(status) && WEXITSTATUS(status) == 7);
    is_armed = n_forks < 100;
  }
  errno = saved;
}

int main(void) {
  struct itimerval every = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  is_armed = 1;
  setitimer(ITIMER_REAL, &every, NULL);
  for (unsigned i = 0; n_forks < 100; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&many[i * 31 % 512]);
    pthread_mutex_unlock(&many[i * 31 % 512]);
    if (is_child) {
      for (int k = 0; k < 3000; k++) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
      }
      _exit(7);
    }
  }
  setitimer(ITIMER_REAL, &never, NULL);
  if (is_child)
    _exit(7);
  printf("all children ended well: %d\n", n_ended == n_forks);
  return 0;
}
