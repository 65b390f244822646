/* support.h - what the tests of the primitives have in common: suites, threads that act and answer, and waiting for a thread to be asleep.
 *
 * Nothing sleeps to make things happen: a test that needs a waiter polls until that thread is in futex(2) on a word of the object. CUnit
 * counts without locks, so only the main thread asserts; other threads answer. */
#ifndef PRIMITIVES_SUPPORT_H
#define PRIMITIVES_SUPPORT_H

#include <CUnit/Basic.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "track/track.h"

#define SOON TRACK_MS(10) /* a timeout that is to come */
#define LATE TRACK_S(60)  /* one that only comes when the test has failed */

struct test {
  const char *name;
  void (*run)(void);
};
#define TEST(function)                                                                                                                     \
  { #function, function }

/* What the executable does when it is called with `child NAME`, in a process of its own. */
struct child_program {
  const char *name;
  int (*run)(void);
};
#define CHILD(function)                                                                                                                    \
  { #function, function }

/* main() of a suite: its exit status. children end with a NULL name; NULL: there are none. */
int run_suite(const char *name, const struct test *tests, size_t n_tests, const struct child_program *children, int argc, char **argv);
#define SUITE(name, tests) run_suite(name, tests, sizeof tests / sizeof *tests, NULL, 0, NULL)

int64_t now_ns(void);
/* Gives others time while something is polled; ends the program when that takes a minute. */
void poll_again(int64_t since_ns);
#define AWAIT(condition)                                                                                                                   \
  do                                                                                                                                       \
    for (int64_t since_ns_ = now_ns(); !(condition);)                                                                                      \
      poll_again(since_ns_);                                                                                                               \
  while (0)

/* A thread that does something and answers. */
struct actor {
  struct track_thread thread;
  int (*act)(void *arg);
  void *arg;
  int answer;
  atomic_int tid;
};
void actor_start(struct actor *a, int (*act)(void *arg), void *arg);
int actor_join(struct actor *a);

/* Until the thread sleeps on a word within the object. */
void await_asleep(const struct actor *a, const void *object, size_t bytes);
#define AWAIT_ASLEEP(actor, object) await_asleep(actor, object, sizeof *(object))
bool is_asleep_on(int tid, const void *object, size_t bytes);

/* A page of its own, so that an access after its end is a fault. */
void *page_new(void);
void page_free(void *page);

/* body() in a forked child, which ends with what it answers; its exit status, or 128 and the signal that ended it. */
int in_child(int (*body)(void));

/* A child program of this executable: its exit status, and what it wrote to its standard output. */
int run_program(const char *name, char *ret_output, size_t capacity);

#endif
