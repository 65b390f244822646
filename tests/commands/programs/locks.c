/* Two threads take one lock 1000 times each; a third time it is held for a try to fail. Nothing is wrong here. */
#include <pthread.h>

enum { ROUNDS = 1000 };

static pthread_mutex_t counter_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t try_lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *count(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    pthread_mutex_lock(&counter_lock);
    counter++;
    pthread_mutex_unlock(&counter_lock);
  }
  return unused;
}

static void *try_it(void *unused) {
  if (!pthread_mutex_trylock(&try_lock))
    pthread_mutex_unlock(&try_lock);
  return unused;
}

int main(void) {
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, count, NULL);
  pthread_create(&threads[1], NULL, count, NULL);
  pthread_mutex_lock(&try_lock);
  pthread_create(&threads[2], NULL, try_it, NULL);
  pthread_join(threads[2], NULL);
  pthread_mutex_unlock(&try_lock);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  return counter == 2 * ROUNDS ? 0 : 1;
}
