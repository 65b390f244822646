/* second_report.h - the report that a format leaves in a file which the environment names, as CI services want it. */
#ifndef INSPECTOR_SECOND_REPORT_H
#define INSPECTOR_SECOND_REPORT_H

#include <stdbool.h>

struct findings;
struct reporter;
struct summary;

/* Appends it, if the format has one and the environment names a file. Returns false after one line. */
bool second_report_write(const struct reporter *reporter, const struct summary *summary, const struct findings *findings);

/* Could it be written? Says so before the long work. Returns 0, or EXIT_TROUBLE after one line. */
int second_report_check(const struct reporter *reporter);

#endif
