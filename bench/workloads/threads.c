/* threads.c - starts the threads of a workload together and takes the time. */
#include "threads.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void must(int error, const char *what) {
  if (error != 0) {
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
  }
}

static clockid_t measured_clock = CLOCK_MONOTONIC;

void measure_by(enum clock clock) {
  measured_clock = clock == CPU ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
}

double now_ns(void) {
  struct timespec now;
  clock_gettime(measured_clock, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

unsigned thread_count(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 2 ? 2 : n > 8 ? 8 : (unsigned)n;
}

static void *sleep_forever(void *argument) {
  for (;;)
    pause();
  return argument;
}

void keep_company(void) {
  pthread_t thread;
  must(pthread_create(&thread, NULL, sleep_forever, NULL), "pthread_create");
  must(pthread_detach(thread), "pthread_detach");
}

struct start {
  struct worker worker;
  void (*body)(const struct worker *);
  pthread_barrier_t *gate;
  double begin; /* each takes its own times: whoever opened the gate may itself be woken late */
  double end;
};

static void *start_worker(void *argument) {
  struct start *start = argument;
  pthread_barrier_wait(start->gate);
  start->begin = now_ns();
  start->body(&start->worker);
  start->end = now_ns();
  return NULL;
}

double run_threads(unsigned n, unsigned long operations, void (*body)(const struct worker *), void *argument) {
  pthread_t threads[WORKLOAD_MAX_THREADS];
  struct start starts[WORKLOAD_MAX_THREADS];
  pthread_barrier_t gate;
  must(pthread_barrier_init(&gate, NULL, n), "pthread_barrier_init");
  for (unsigned i = 0; i < n; i++) {
    starts[i] = (struct start){.worker = {i, n, operations, argument}, .body = body, .gate = &gate};
    must(pthread_create(&threads[i], NULL, start_worker, &starts[i]), "pthread_create");
  }
  for (unsigned i = 0; i < n; i++)
    must(pthread_join(threads[i], NULL), "pthread_join");
  pthread_barrier_destroy(&gate);
  double begin = starts[0].begin;
  double end = starts[0].end;
  for (unsigned i = 1; i < n; i++) {
    begin = starts[i].begin < begin ? starts[i].begin : begin;
    end = starts[i].end > end ? starts[i].end : end;
  }
  return end - begin;
}
