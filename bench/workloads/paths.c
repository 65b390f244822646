/* paths.c - a lock that is reached on many ways: twelve calls deep, at each depth by one of two. */
#include "workload.h"

#include <pthread.h>

enum { N_CALLS = 12 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned long counter;

static void left(unsigned path, int depth);
static void right(unsigned path, int depth);

static void descend(unsigned path, int depth) {
  if (depth == 0) {
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
  } else if (path & 1) {
    left(path >> 1, depth - 1);
  } else {
    right(path >> 1, depth - 1);
  }
  counter++; /* so that no call is the last thing a function does */
}

__attribute__((noinline)) static void left(unsigned path, int depth) {
  descend(path, depth);
  counter++;
}

__attribute__((noinline)) static void right(unsigned path, int depth) {
  descend(path, depth);
  counter += 2;
}

double run_call_paths(unsigned long operations) {
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    descend((unsigned)(i * 2654435761u >> 7) & ((1 << N_CALLS) - 1), N_CALLS);
  return now_ns() - begin;
}
