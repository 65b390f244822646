/* semaphore_overflow - a semaphore is posted beyond its greatest value.
 *
 * Wrong: the pool starts with SEM_VALUE_MAX places, meant as "no limit"; giving one back fails with EOVERFLOW, and from then on
 * the count is one too low.
 * The inspector says: semaphore-overflow. */
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t places;

static void leave(void) {
  sem_post(&places); /* BUG */
}

int main(void) {
  sem_init(&places, 0, SEM_VALUE_MAX);
  leave();
  printf("left\n");
  sem_destroy(&places);
  return 0;
}
