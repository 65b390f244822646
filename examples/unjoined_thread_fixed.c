/* unjoined_thread_fixed - unjoined_thread, repaired: the threads are joined. (One that nobody wants to wait for is detached.) */
#include <pthread.h>
#include <stdio.h>

static void *answer(void *request) {
  printf("answer to %s\n", (const char *)request);
  return NULL;
}

static void serve(char *request) {
  pthread_t thread;
  pthread_create(&thread, NULL, answer, request);
  pthread_join(thread, NULL);
}

int main(void) {
  char *requests[] = {"first", "second"};
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
    serve(requests[i]);
  return 0;
}
