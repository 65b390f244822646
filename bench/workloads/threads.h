/* threads.h - threads that start together, and the time that passes meanwhile. */
#ifndef TRACK_BENCH_THREADS_H
#define TRACK_BENCH_THREADS_H

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

/* Start a second thread, which sleeps for as long as the process lives. */
void keep_company(void);

/* Which clock now_ns() reads. */
enum clock { CPU, WALL };
void measure_by(enum clock clock);
double now_ns(void);

/* End the program if a call that cannot fail failed. */
void must(int error, const char *what);

#endif
