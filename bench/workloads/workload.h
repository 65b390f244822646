/* workload.h - one synchronisation habit in a loop, and how long an operation takes. */
#ifndef TRACK_BENCH_WORKLOAD_H
#define TRACK_BENCH_WORKLOAD_H

#include "threads.h"

/* What a row of workloads.def promises: do `operations`, return the nanoseconds from the first to the last,
 * by the clock of its row. */
typedef double workload_run(unsigned long operations);

#define WORKLOAD(name, function, operations, clock, company, what) workload_run function;
#include "workloads.def"
#undef WORKLOAD

#endif
