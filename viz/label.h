/* label.h - the texts of a drawing: names of strangers made fit for Graphviz, and short enough for where they go. */
#ifndef VIZ_LABEL_H
#define VIZ_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;
struct stack;

/* A label of at most `columns` columns (a wide character is two): cleaned, cut with an ellipsis, escaped for Graphviz. NULL gives "?".
 * Caller frees, here and below. */
char *label_of(const char *text, size_t columns);

/* The same, as much as fits into so many points of DejaVu Sans, which is wider than most. */
char *label_fitted(const char *text, double size, double points);
double label_width(const char *text, double size); /* in points, uncut */

/* Several lines, broken at blanks, each ended by "\\l" (left-aligned): `n_lines` at most, the last one cut if need be. */
char *label_wrapped(const char *text, size_t columns, unsigned n_lines);
unsigned label_lines(const char *label); /* how many it has */

/* "deposit deadlock_two_locks.c:18" of the innermost own frame, as plain text; "" when nothing is known. */
char *label_stack(const struct stack *stack);

/* "12.3 ms"; "12 events" where nothing has a time. */
char *label_duration(uint64_t duration, bool is_in_events);

/* 9998 is "9,998". */
char *label_number(uint64_t n);

#endif
