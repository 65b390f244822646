/* A server that gives up its rights and then forks: its children can make no file where its recording is. It does so
 * with an argument only. A spin lock travels between its threads. */
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t travelling;

static void *release(void *argument) {
  pthread_spin_unlock(&travelling);
  return argument;
}

int main(int argc, char **argv) {
  (void)argv;
  pthread_t thread;
  pthread_spin_init(&travelling, PTHREAD_PROCESS_PRIVATE);
  for (int i = 0; i < 3; i++) {
    pthread_spin_lock(&travelling);
    if (pthread_create(&thread, NULL, release, NULL) || pthread_join(thread, NULL))
      abort();
  }
  if (argc > 1 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 77;
  for (int i = 0; i < 5; i++) {
    int status = 0;
    pid_t pid = fork();
    if (!pid) {
      for (int k = 0; k < 1000; k++) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
      }
      _exit(30 + i);
    }
    waitpid(pid, &status, 0);
    printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  return 0;
}
