/* unjoined_thread_fixed - unjoined_thread, repaired: the threads are joined. (One that nobody wants to wait for is detached.) */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sched.h>
#include <unistd.h>

static atomic_int worker_id;

static void *answer(void *request) {
  printf("answer to %s\n", (const char *)request);
  worker_id = gettid();
  return NULL;
}

static void serve(char *request) {
  pthread_t thread;
  pthread_create(&thread, NULL, answer, request);
  pthread_join(thread, NULL);
}

int main(void) {
  serve("first");
  serve("second");
  return worker_id == 0;
}
