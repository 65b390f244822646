/* Takes a lock twice: never ends by itself. */
#include <pthread.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
  pthread_mutex_lock(&gate);
  pthread_mutex_lock(&gate);
  return 0;
}
