/* html_finding.h - one finding as a card of the page: threads side by side, each with its stacks and the lines of source. */
#ifndef INSPECTOR_HTML_FINDING_H
#define INSPECTOR_HTML_FINDING_H

#include <stdbool.h>
#include <stdio.h>

#include "report/reporter.h"
#include "report/source_lines.h"

struct html_card {
  const struct finding *finding;
  const char *picture; /* NULL: none */
  bool is_open, has_more_traces, has_timeline, has_page;
};

void html_finding(FILE *out, const struct html_card *card, struct source_lines *source);

#endif
