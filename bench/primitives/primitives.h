/* primitives.h - what each interface (pthreads, C11, GLib, libtrack) fills in: one primitive in a loop, and how long that takes.
 *
 * A program holds one interface only, as libtrack in a process wraps the pthread calls of all of it. */
#ifndef TRACK_BENCH_PRIMITIVES_H
#define TRACK_BENCH_PRIMITIVES_H

#include "workloads/threads.h"

enum {
#define CASE(id, name, operations, rounds, company, what) CASE_##id,
#include "cases.def"
#undef CASE
  N_CASES
};

enum { QUEUE_BOUND = 100, N_POOL_THREADS = 2 };

/* Do `operations`, see that what should have come of them did, return the nanoseconds from the first to the last. */
typedef double case_run(unsigned long operations);

/* The interface's functions by case; NULL: it has no such thing. */
extern case_run *const interface_runs[N_CASES];

/* End the program if something did not come out as it should. */
void expect(int is_true, const char *what);

/* Items that a queue hands over: 1 to n as pointers. Whoever gets the i-th says so; they must come in order. */
void *item_of(unsigned long i);
void expect_item(unsigned long i, const void *item);

/* The empty task of a pool: it counts itself, in its thread, without sharing anything. Forget what was counted, count, and add up all
 * threads' counts (after their end). */
void tasks_forget(void);
void task_count(void);
unsigned long tasks_counted(void);

#endif
