/* test_unwind_shapes.c - every shape of function, in the main thread and in another, against glibc's backtrace(). */
#include "probe.h"
#include "shapes.h"

#include <stdio.h>
#include <string.h>

int main(int n_arguments, char **arguments) {
  probe_tables_are_missing = n_arguments > 1 && strcmp(arguments[1], "tables-missing") == 0;
  shapes(arguments[0]);
  printf("%lu stacks, %lu longer than by tables alone\n", probe_count, probe_longer);
  return probe_count > 60 && (probe_longer > 0) == probe_tables_are_missing ? 0 : 1;
}
