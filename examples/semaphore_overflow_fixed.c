/* semaphore_overflow_fixed - semaphore_overflow, repaired: only what was taken is given back. */
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t places;

static void enter(void) {
  sem_wait(&places);
}
static void leave(void) {
  sem_post(&places);
}

int main(void) {
  sem_init(&places, 0, SEM_VALUE_MAX);
  enter();
  leave();
  printf("left\n");
  sem_destroy(&places);
  return 0;
}
