/* lost_wakeup - a condition is signalled before anybody waits for it: this program hangs, every time.
 *
 * Wrong: the worker waits without looking whether the data is there already. A signal is not kept for those who come later.
 * The inspector says: lost-wakeup, and `inspector run` ends the program. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_there = PTHREAD_COND_INITIALIZER;
static int data;

static void *work(void *unused) {
  lucky_wait(1); /* unlucky: the data comes first */
  pthread_mutex_lock(&lock);
  pthread_cond_wait(&is_there, &lock); /* BUG */
  printf("data %d\n", data);
  pthread_mutex_unlock(&lock);
  return unused;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, work, NULL);
  pthread_mutex_lock(&lock);
  data = 1;
  pthread_cond_signal(&is_there);
  pthread_mutex_unlock(&lock);
  lucky_next();
  pthread_join(worker, NULL); /* BUG */
  return 0;
}
