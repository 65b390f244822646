/* A lock of one's own, in a file of its own: what is optimised jumps from here into the library. */
#include <pthread.h>

struct guard {
  pthread_mutex_t mutex;
};
struct guard *guard_new(void);
void guard_take(struct guard *guard);
void guard_drop(struct guard *guard);
