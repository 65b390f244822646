#include <stdlib.h>

#include "guard.h"

struct guard *guard_new(void) {
  struct guard *guard = malloc(sizeof *guard);
  pthread_mutex_init(&guard->mutex, NULL);
  return guard;
}

void guard_take(struct guard *guard) {
  pthread_mutex_lock(&guard->mutex);
}

void guard_drop(struct guard *guard) {
  pthread_mutex_unlock(&guard->mutex);
}
