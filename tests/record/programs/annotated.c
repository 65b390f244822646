/* A home-made spin lock told by track/annotate.h: the same outcome with and without a recorder. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "track/annotate.h"

static atomic_flag word = ATOMIC_FLAG_INIT;
static long total;

static void lock(void) {
  if (atomic_flag_test_and_set(&word)) {
    track_before_acquire(&word, 0);
    while (atomic_flag_test_and_set(&word))
      ;
  }
  track_acquired(&word, 0);
}

static void unlock(void) {
  track_before_release(&word, 0);
  atomic_flag_clear(&word);
}

static void *work(void *argument) {
  for (int i = 0; i < 2000; i++) {
    lock();
    total++;
    unlock();
  }
  return argument;
}

int main(void) {
  pthread_t thread[2];
  track_created(&word, "home-made");
  for (int i = 0; i < 2; i++)
    pthread_create(&thread[i], NULL, work, NULL);
  for (int i = 0; i < 2; i++)
    pthread_join(thread[i], NULL);
  track_destroyed(&word);
  printf("%ld\n", total);
  return 0;
}
