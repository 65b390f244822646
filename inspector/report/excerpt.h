/* excerpt.h - a finding as the text report shows it, for formats that carry text for people. */
#ifndef INSPECTOR_EXCERPT_H
#define INSPECTOR_EXCERPT_H

#include "report/reporter.h"

/* Without colours and totals; lines end in a line break. Caller frees. */
char *excerpt_of(const struct summary *summary, const struct finding *finding);

/* "Threads take locks in opposite order: deposit, audit": the functions it happens in, by name, without lines and addresses, so that it
 * stays the same from run to run. Caller frees. */
char *excerpt_title(const struct finding *finding);

#endif
