/* fork_while_held - a child is forked while another thread holds a lock, and asks for it: the child hangs, every time.
 *
 * Wrong: the child has only the thread that forked. Who held the log's lock does not exist there, and nobody releases the child's copy.
 * The inspector says: fork-while-held, and `inspector run` ends the child. */
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
  lucky_wait(2); /* unlucky: the fork comes in the middle of a line */
  n_lines++;
  pthread_mutex_unlock(&log_lock);
  return unused;
}

static void child(void) {
  pthread_mutex_lock(&log_lock); /* BUG */
  n_lines++;
  pthread_mutex_unlock(&log_lock);
  _exit(0);
}

int main(void) {
  pthread_t writer;
  int status = 0;
  pthread_create(&writer, NULL, write_log, NULL);
  lucky_wait(1);
  pid_t pid = fork();
  if (!pid)
    child();
  lucky_next();
  pthread_join(writer, NULL);
  waitpid(pid, &status, 0);
  printf("%s\n", WIFEXITED(status) ? "the child has ended" : "the child was ended");
  return 0;
}
