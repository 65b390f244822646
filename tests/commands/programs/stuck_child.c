/* Its child takes a lock twice and never ends by itself; the parent waits for it and then goes on. */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
  pid_t child = fork();
  if (!child) {
    pthread_mutex_lock(&gate);
    pthread_mutex_lock(&gate);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  puts("parent went on");
  return 0;
}
