/* main.c - runs one workload and prints `NAME OPERATIONS NANOSECONDS`; without arguments, the table. */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct workload {
  const char *name;
  workload_run *run;
  unsigned long operations;
  enum clock clock;
  int has_company;
  const char *what;
};

static const struct workload workloads[] = {
#define WORKLOAD(name, function, operations, clock, company, what) {name, function, operations, clock, company, what},
#include "workloads.def"
#undef WORKLOAD
};
enum { N_WORKLOADS = sizeof workloads / sizeof *workloads };

static void print_table(void) {
  for (int i = 0; i < N_WORKLOADS; i++)
    printf("%s\t%lu\t%s\n", workloads[i].name, workloads[i].operations, workloads[i].what);
}

static const struct workload *workload_find(const char *name) {
  for (int i = 0; i < N_WORKLOADS; i++)
    if (strcmp(workloads[i].name, name) == 0)
      return &workloads[i];
  return NULL;
}

int main(int n_arguments, char **arguments) {
  if (n_arguments == 1) {
    print_table();
    return 0;
  }
  const struct workload *workload = workload_find(arguments[1]);
  unsigned long operations = n_arguments > 2 ? strtoul(arguments[2], NULL, 10) : workload ? workload->operations : 0;
  if (!workload || operations == 0) {
    fprintf(stderr, "usage: %s [WORKLOAD [OPERATIONS]]\n", arguments[0]);
    return 2;
  }
  if (workload->has_company)
    keep_company();
  measure_by(workload->clock);
  printf("%s %lu %.0f\n", workload->name, operations, workload->run(operations));
  return 0;
}
