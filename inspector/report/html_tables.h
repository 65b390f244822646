/* html_tables.h - the parts of the page that are not findings: pictures, locks, timelines, pages that explain. */
#ifndef INSPECTOR_HTML_TABLES_H
#define INSPECTOR_HTML_TABLES_H

#include <stdio.h>

#include "report/extras.h"
#include "report/reporter.h"

void html_pictures(FILE *out, const struct report_extras *extras);
void html_contention(FILE *out, const struct report_table *table);
void html_timelines(FILE *out, const struct report_extras *extras);

/* Of the kinds, which ends with a NULL. */
void html_pages(FILE *out, const struct summary *summary, const char *const *kinds);

#endif
