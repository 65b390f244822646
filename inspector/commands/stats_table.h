/* stats_table.h - the columns of `inspector stats`, and the table as text and as JSON. */
#ifndef INSPECTOR_STATS_TABLE_H
#define INSPECTOR_STATS_TABLE_H

#include <stdio.h>

#include "commands/lock_stats.h"

struct stats_column;

/* NULL: no such column. */
const struct stats_column *stats_column_find(const char *name);

/* All names, separated by commas; caller frees. */
char *stats_column_names(void);

/* A stats_compare; context is a struct stats_column. */
int stats_compare_rows(const void *a, const void *b, void *column);

void stats_print_text(const struct stats_table *table, FILE *out);
void stats_print_json(const struct stats_table *table, FILE *out);

#endif
