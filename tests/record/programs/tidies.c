/* Closes every descriptor above 2, as daemons do, opens files of its own in their place, changes folder, and goes on locking. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void lock_much(void) {
  for (int i = 0; i < 200000; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  }
}

int main(void) {
  char name[] = "/tmp/tidies-XXXXXX";
  struct stat st;
  lock_much();
  for (int fd = 3; fd < 4096; fd++)
    close(fd);
  int fd = mkstemp(name);
  for (int copy = 3; copy < 1000; copy++)
    if (copy != fd)
      dup2(fd, copy);
  unlink(name);
  if (chdir("/"))
    abort();
  lock_much();
  fstat(fd, &st);
  printf("a file of ours grew: %d\n", st.st_size != 0);
  return 0;
}
