/* fork_while_held_fixed - the lock is taken for the fork, so that parent and child both have it afterwards, and give it back
 * (pthread_atfork). */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lucky_order.h"

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static int n_lines;

static void *write_log(void *unused) {
  pthread_mutex_lock(&log_lock);
  lucky_next();
  lucky_wait(2); /* unlucky: main wants to fork in the middle of a line */
  n_lines++;
  pthread_mutex_unlock(&log_lock);
  return unused;
}

static void prepare(void) {
  lucky_next();
  pthread_mutex_lock(&log_lock);
}

static void release(void) {
  pthread_mutex_unlock(&log_lock);
}

static void child(void) {
  pthread_mutex_lock(&log_lock);
  n_lines++;
  pthread_mutex_unlock(&log_lock);
  _exit(0);
}

int main(void) {
  pthread_t writer;
  int status = 0;
  pthread_create(&writer, NULL, write_log, NULL);
  lucky_wait(1);
  pthread_atfork(prepare, release, release);
  pid_t pid = fork();
  if (!pid)
    child();
  pthread_join(writer, NULL);
  waitpid(pid, &status, 0);
  printf("%s\n", WIFEXITED(status) ? "the child has ended" : "the child was ended");
  return 0;
}
