/* destroy_while_held - a mutex is destroyed before it is unlocked.
 *
 * Wrong: session_close() destroys the lock that it still holds, and then unlocks what no longer exists. glibc answers EBUSY and
 * destroys nothing; other systems do.
 * The inspector says: destroy-while-held. */
#include <pthread.h>
#include <stdio.h>

struct session {
  pthread_mutex_t lock;
  int requests;
};

static void session_close(struct session *session) {
  pthread_mutex_lock(&session->lock);
  printf("%d requests\n", session->requests);
  pthread_mutex_destroy(&session->lock); /* BUG */
  pthread_mutex_unlock(&session->lock);
}

int main(void) {
  struct session session = {.requests = 2};
  pthread_mutex_init(&session.lock, NULL);
  session_close(&session);
  return 0;
}
