/* thread_exit_while_holding - a thread ends with a lock held.
 *
 * Wrong: work() forgets the lock on its error path. Nobody can ever unlock it again; here main() only tries.
 * The inspector says: thread-exit-while-holding, with the place where the lock was taken. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t file = PTHREAD_MUTEX_INITIALIZER;
static int bytes;

static void *work(void *input) {
  pthread_mutex_lock(&file); /* BUG */
  if (input == NULL)
    return NULL;
  bytes++;
  pthread_mutex_unlock(&file);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
  if (pthread_mutex_trylock(&file) != 0) {
    printf("the file is locked\n");
    return 0;
  }
  printf("%d bytes\n", bytes);
  pthread_mutex_unlock(&file);
  return 0;
}
