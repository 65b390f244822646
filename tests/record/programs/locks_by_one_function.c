/* locks_by_one_function.c - one function of the program takes all its locks, for callers that stand at the same depth. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t locks[6];

static __attribute__((noinline)) int locked(int n) {
  int result = pthread_mutex_lock(&locks[n]);
  __asm__ volatile("" ::: "memory"); /* no jump into the call */
  return result;
}

int main(void) {
  int result = 0;
  for (int i = 0; i < 6; i++)
    result |= pthread_mutex_init(&locks[i], NULL);
  for (int i = 0; i < 100000; i++) {
    result |= locked(0), result |= locked(1), result |= locked(2), result |= locked(3), result |= locked(4), result |= locked(5);
    for (int n = 5; n >= 0; n--)
      result |= pthread_mutex_unlock(&locks[n]);
  }
  printf("%d\n", result);
  return 0;
}
