/* Takes a lock 200000 times, in a child too, and is killed in the middle of its work. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 200000 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void work(void) {
  for (int i = 0; i < ROUNDS; i++) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
  }
}

int main(void) {
  pid_t child = fork();
  work();
  if (child)
    waitpid(child, NULL, 0);
  return raise(SIGKILL);
}
