/* Forks while another thread is in the list of loaded objects, whose lock the child finds taken for ever; and while threads begin
 * and end. The child only locks. */
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_over;
static atomic_int n_seen;

static int see(struct dl_phdr_info *info, size_t size, void *context) {
  (void)info, (void)size, (void)context;
  for (int i = 0; i < 1000; i++)
    atomic_fetch_add(&n_seen, 1);
  return 0;
}

static void *list(void *argument) {
  while (!atomic_load(&is_over))
    dl_iterate_phdr(see, NULL);
  return argument;
}

static void *nothing(void *argument) {
  return argument;
}

static void *start(void *argument) {
  pthread_t thread;
  while (!atomic_load(&is_over))
    if (!pthread_create(&thread, NULL, nothing, NULL))
      pthread_join(thread, NULL);
  return argument;
}

int main(void) {
  pthread_t listing, starting;
  int n_ended = 0;
  pthread_create(&listing, NULL, list, NULL);
  pthread_create(&starting, NULL, start, NULL);
  for (int i = 0; i < 50; i++) {
    int status = 0;
    pid_t pid = fork();
    if (!pid) {
      alarm(20);
      pthread_mutex_lock(&lock);
      pthread_mutex_unlock(&lock);
      _exit(0);
    }
    waitpid(pid, &status, 0);
    n_ended += WIFEXITED(status);
  }
  atomic_store(&is_over, true);
  pthread_join(listing, NULL);
  pthread_join(starting, NULL);
  printf("%d children ended\n", n_ended);
  return 0;
}
