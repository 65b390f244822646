/* Forks of a threaded program while others lock: children lock, start threads, exit in three ways, exec. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, kept = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_over;

static void *work(void *argument) {
  while (!atomic_load(&is_over)) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  }
  return argument;
}

static void *once(void *argument) { return argument; }

static void child(int i) {
  pthread_t thread;
  pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  for (int k = 0; k < 1000; k++) {
    pthread_mutex_lock(&own);
    pthread_mutex_unlock(&own);
  }
  pthread_mutex_unlock(&kept); /* as atfork handlers do: held by the forking thread */
  if (pthread_create(&thread, NULL, once, NULL) || pthread_join(thread, NULL))
    abort();
  if (i % 3 == 0)
    _exit(10 + i);
  if (i % 3 == 1)
    execl("/bin/sh", "sh", "-c", "exit 42", (char *)NULL);
  exit(20 + i);
}

int main(void) {
  pthread_t thread[3];
  for (int i = 0; i < 3; i++)
    pthread_create(&thread[i], NULL, work, NULL);
  for (int i = 0; i < 12; i++) {
    int status = 0;
    pthread_mutex_lock(&kept);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid)
      child(i);
    pthread_mutex_unlock(&kept);
    waitpid(pid, &status, 0);
    printf("child %d: %d\n", i, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  atomic_store(&is_over, true);
  for (int i = 0; i < 3; i++)
    pthread_join(thread[i], NULL);
  return 0;
}
