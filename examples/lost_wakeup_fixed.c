/* lost_wakeup_fixed - whoever waits looks first whether there is still something to wait for, and again after each wake-up. */
#include <pthread.h>
#include <stdio.h>

#include "lucky_order.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_there = PTHREAD_COND_INITIALIZER;
static int data;

static void *work(void *unused) {
  lucky_wait(1); /* the data comes first */
  pthread_mutex_lock(&lock);
  while (!data)
    pthread_cond_wait(&is_there, &lock);
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
  pthread_join(worker, NULL);
  return 0;
}
