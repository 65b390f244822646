/* Three threads lock for ever and count in a file given by name what they have done; somebody kills us. Without a name: does nothing. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS = 3, STRIDE = 8 };
static pthread_mutex_t lock[THREADS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static atomic_long *counters;

static void *work(void *argument) {
  size_t i = (size_t)argument;
  for (;;) {
    pthread_mutex_lock(&lock[i]);
    pthread_mutex_unlock(&lock[i]);
    atomic_fetch_add(&counters[i * STRIDE], 2);
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc < 2)
    return 0;
  int fd = open(argv[1], O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate(fd, 4096))
    return 1;
  counters = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (counters == MAP_FAILED)
    return 1;
  for (size_t i = 1; i < THREADS; i++)
    pthread_create(&thread, NULL, work, (void *)i);
  work(NULL);
}
