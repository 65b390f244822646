/* reporters.c - the report formats by name, and a report in one call. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "report/reporter.h"
#include "util/alloc.h"

static const struct reporter *const reporters[] = {
#define REPORTER(name, about) &reporter_##name,
#include "report/reporters.def"
#undef REPORTER
};

const struct reporter *reporter_find(const char *name) {
  for (size_t i = 0; i < sizeof reporters / sizeof *reporters; i++)
    if (strcmp(reporters[i]->name, name) == 0)
      return reporters[i];
  return NULL;
}

char *reporter_names(void) {
  size_t n = sizeof reporters / sizeof *reporters;
  char *names = xstrdup("");
  for (size_t i = 0; i < n; i++) {
    char *longer = xasprintf("%s%s%s", names, !i ? "" : i + 1 < n ? ", " : " and ", reporters[i]->name);
    free(names);
    names = longer;
  }
  return names;
}

void report_write(const struct reporter *reporter, FILE *out, const struct summary *summary, const struct findings *findings) {
  void *state = reporter->begin(out, summary);
  for (size_t i = 0; i < findings->n_items; i++)
    reporter->finding(state, findings->items[i]);
  reporter->end(state);
}
