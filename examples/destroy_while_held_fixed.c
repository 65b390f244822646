/* destroy_while_held_fixed - destroy_while_held, repaired: unlocked first, destroyed last. */
#include <pthread.h>
#include <stdio.h>

struct session {
  pthread_mutex_t lock;
  int requests;
};

static void session_close(struct session *session) {
  pthread_mutex_lock(&session->lock);
  printf("%d requests\n", session->requests);
  pthread_mutex_unlock(&session->lock);
  pthread_mutex_destroy(&session->lock);
}

int main(void) {
  struct session session = {.requests = 2};
  pthread_mutex_init(&session.lock, NULL);
  session_close(&session);
  return 0;
}
