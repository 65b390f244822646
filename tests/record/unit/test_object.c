/* The recorder's table of objects, hammered by threads under ThreadSanitizer: one entry an address, no number given out twice. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/object.h"
#include "record/sandbox.h"

/* The table's memory comes from the system here. */
bool track_is_sandboxed;
void *sandbox_memory(size_t bytes) {
  (void)bytes;
  return NULL;
}

enum { THREADS = 4, ADDRESSES = 5000, ROUNDS = 20 };

static struct object *seen[THREADS][ADDRESSES];

static uintptr_t address_of(unsigned i) { return 0x10000 + (uintptr_t)i * 40; }

static void *work(void *argument) {
  size_t thread = (size_t)argument;
  for (unsigned round = 0; round < ROUNDS; round++)
    for (unsigned i = 0; i < ADDRESSES; i++) {
      struct object *object = object_get((void *)address_of((i * 7 + (unsigned)thread) % ADDRESSES));
      if (!object)
        abort();
      object_number(object);
      seen[thread][(i * 7 + (unsigned)thread) % ADDRESSES] = object;
    }
  return NULL;
}

static void count(struct object *object, void *context) {
  (void)object;
  ++*(unsigned *)context;
}

static int check(void) {
  int failures = 0;
  unsigned n = 0;
  for (unsigned i = 0; i < ADDRESSES; i++) {
    for (unsigned thread = 1; thread < THREADS; thread++)
      failures += seen[thread][i] != seen[0][i];
    failures += seen[0][i]->address != address_of(i);
    failures += seen[0][i]->number != THREADS * ROUNDS;
    failures += !page_may_hold_objects(address_of(i));
  }
  objects_in_range(address_of(100), address_of(200), count, &n);
  failures += n != 100;
  seen[0][150]->dead_number = seen[0][150]->number; /* freed, and not used since */
  n = 0;
  objects_in_range(address_of(100), address_of(200), count, &n);
  failures += n != 99;
  return failures;
}

int main(void) {
  pthread_t thread[THREADS];
  for (size_t i = 0; i < THREADS; i++)
    if (pthread_create(&thread[i], NULL, work, (void *)i))
      return 1;
  for (size_t i = 0; i < THREADS; i++)
    pthread_join(thread[i], NULL);
  int failures = check();
  printf("%d failures\n", failures);
  return failures != 0;
}
