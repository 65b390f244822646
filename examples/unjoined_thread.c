/* unjoined_thread - threads are started, end, and nobody ever asks for them.
 *
 * Wrong: the stack and the result of a joinable thread are kept until somebody joins it. A server that starts a thread a request
 * and joins none runs out of memory.
 * The inspector says: unjoined-thread, with the place where the threads are made. */
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

/* Waits until the thread is gone: what happens in a server anyway while it serves others. */
static void let_it_end(void) {
  while (worker_id == 0 || tgkill(getpid(), worker_id, 0) == 0)
    sched_yield();
  worker_id = 0;
}

static void serve(char *request) {
  pthread_t thread;
  pthread_create(&thread, NULL, answer, request); /* BUG */
  let_it_end();
}

int main(void) {
  char *requests[] = {"first", "second"};
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
    serve(requests[i]);
  return 0;
}
