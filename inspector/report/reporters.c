/* reporters.c - the report formats by name, and a report in one call. */
#include <stddef.h>
#include <string.h>

#include "report/reporter.h"

static const struct reporter *const reporters[] = {
#define REPORTER(name) &reporter_##name,
#include "report/reporters.def"
#undef REPORTER
};

const struct reporter *reporter_find(const char *name) {
  for (size_t i = 0; i < sizeof reporters / sizeof *reporters; i++)
    if (strcmp(reporters[i]->name, name) == 0)
      return reporters[i];
  return NULL;
}

void report_write(const struct reporter *reporter, FILE *out, const struct summary *summary, const struct findings *findings) {
  void *state = reporter->begin(out, summary);
  for (size_t i = 0; i < findings->n_items; i++)
    reporter->finding(state, findings->items[i]);
  reporter->end(state);
}
