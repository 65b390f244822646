/* second_report.c - see second_report.h. The file belongs to the service and to every step of the job: it is appended to. */
#include "commands/second_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/output.h"
#include "commands/usage.h"
#include "report/reporter.h"

static const char *file_of(const struct reporter *reporter) {
  const char *path = reporter->second ? getenv(reporter->second_variable) : NULL;
  return path && *path ? path : NULL;
}

int second_report_check(const struct reporter *reporter) {
  const char *path = file_of(reporter);
  return path ? output_check(path) : 0;
}

bool second_report_write(const struct reporter *reporter, const struct summary *summary, const struct findings *findings) {
  const char *path = file_of(reporter);
  if (!path)
    return true;
  struct summary plain = *summary;
  plain.colour = false;
  FILE *out = fopen(path, "ae");
  bool is_good = out;
  if (out) {
    report_write(reporter->second, out, &plain, findings);
    is_good = !ferror(out);
    is_good = !fclose(out) && is_good;
  }
  if (!is_good)
    complain("%s: cannot be written: %s", path, strerror(errno));
  return is_good;
}
