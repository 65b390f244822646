/* workload.h - one synchronisation habit in a loop, and how long an operation takes. */
#ifndef TRACK_BENCH_WORKLOAD_H
#define TRACK_BENCH_WORKLOAD_H

/* What a row of workloads.def promises: do `operations`, return the nanoseconds from the first to the last,
 * by the clock of its row. */
typedef double workload_run(unsigned long operations);

#define WORKLOAD(name, function, operations, clock, company, what) workload_run function;
#include "workloads.def"
#undef WORKLOAD

enum { WORKLOAD_MAX_THREADS = 64 };

/* One thread of a workload; `argument` is whatever the workload hands to all of them. */
struct worker {
  unsigned number;
  unsigned n_workers;
  unsigned long operations; /* its share */
  void *argument;
};

/* Run `body` in n threads that start together; nanoseconds from then to the last one's end. */
double run_threads(unsigned n, unsigned long operations, void (*body)(const struct worker *), void *argument);

/* Threads for a workload that wants all processors: at least 2, at most 8. */
unsigned thread_count(void);

/* Which clock now_ns() reads. */
enum clock { CPU, WALL };
void measure_by(enum clock clock);
double now_ns(void);

/* End the program if a call that cannot fail failed. */
void must(int error, const char *what);

#endif
