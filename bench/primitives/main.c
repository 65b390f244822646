/* main.c - runs one case by the interface that this program was linked with, and prints `NAME ROUNDS OPERATIONS NANOSECONDS`: so
 * many rounds of so many operations, and what an operation takes, in the round between the faster and the slower half; without arguments,
 * the table, with the word "none" for what the interface lacks. */
#include "primitives.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 128 };

struct primitive {
  const char *name;
  unsigned long operations;
  int rounds;
  int has_company;
  const char *what;
};

static const struct primitive cases[N_CASES] = {
#define CASE(id, name, operations, rounds, company, what) {name, operations, rounds, company, what},
#include "cases.def"
#undef CASE
};

static void print_table(void) {
  for (int i = 0; i < N_CASES; i++)
    printf("%s\t%lu\t%s\t%s\n", cases[i].name, cases[i].operations, interface_runs[i] ? "" : "none", cases[i].what);
}

static int case_find(const char *name) {
  for (int i = 0; i < N_CASES; i++)
    if (strcmp(cases[i].name, name) == 0)
      return i;
  return -1;
}

static int compare(const void *a, const void *b) {
  const double *x = a;
  const double *y = b;
  return (*x > *y) - (*x < *y);
}

static double median_of_rounds(case_run *run, unsigned long operations, int n) {
  double rounds[MAX_ROUNDS];
  run(operations / 4 + 1); /* warms up */
  for (int i = 0; i < n; i++)
    rounds[i] = run(operations);
  qsort(rounds, (size_t)n, sizeof *rounds, compare);
  return rounds[n / 2];
}

int main(int n_arguments, char **arguments) {
  if (n_arguments == 1) {
    print_table();
    return 0;
  }
  int i = case_find(arguments[1]);
  if (i < 0 || !interface_runs[i]) {
    fprintf(stderr, "usage: %s [CASE]\n", arguments[0]);
    return 2;
  }
  if (cases[i].has_company)
    keep_company();
  double ns = median_of_rounds(interface_runs[i], cases[i].operations, cases[i].rounds);
  printf("%s %d %lu %.2f\n", cases[i].name, cases[i].rounds, cases[i].operations, ns / (double)cases[i].operations);
  return 0;
}
