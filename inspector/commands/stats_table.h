/* stats_table.h - the columns of `inspector stats`, and the table as text and as JSON. */
#ifndef INSPECTOR_STATS_TABLE_H
#define INSPECTOR_STATS_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "commands/lock_stats.h"

struct stats_column;

/* NULL: no such column. */
const struct stats_column *stats_column_find(const char *name);

/* All names, separated by commas; caller frees. */
char *stats_column_names(void);

/* A stats_compare; context is a struct stats_column. */
int stats_compare_rows(const void *a, const void *b, void *column);

/* Columns by number, for other tables. `row` may be the numbers of a lock_row. */
enum { STATS_CELL_BYTES = 32 };
uint32_t stats_n_columns(void);
const char *stats_column_title(uint32_t column);
/* Returns what it is sorted by. */
uint64_t stats_cell(uint32_t column, const struct lock_stats *row, char ret_text[STATS_CELL_BYTES]);
/* Three digits that matter, and a unit. */
void stats_time_text(char ret_text[STATS_CELL_BYTES], uint64_t ns);

/* "held by A 60 times (23.1 ms in 44 of them), B 5 times and 1 more", uncleaned; "": by nobody. Caller frees. */
struct lock_row;
char *stats_owners_text(const struct lock_row *row);

/* In colours: headings, and what was contended. */
void stats_print_text(const struct stats_table *table, bool in_colour, FILE *out);
void stats_print_json(const struct stats_table *table, FILE *out);

/* "hold times are a sample: ..." or ""; caller frees. */
char *stats_hold_note(const struct stats_table *table);

#endif
