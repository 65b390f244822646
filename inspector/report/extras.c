/* extras.c - see extras.h. */
#include "report/extras.h"

#include <stdlib.h>

static void table_done(struct report_table *table) {
  for (uint32_t i = 0; i < table->n_rows; i++) {
    struct report_row *row = &table->rows[i];
    for (uint32_t k = 0; k < table->n_columns; k++)
      free(row->cells[k].text);
    for (uint32_t k = 0; k < row->n_details; k++)
      free(row->details[k]);
    free(row->cells);
    free(row->details);
  }
  free(table->rows);
  free(table->columns);
  free(table->note);
}

void report_extras_done(struct report_extras *extras) {
  for (uint32_t i = 0; i < extras->n_finding_pictures; i++)
    free(extras->finding_pictures[i]);
  for (uint32_t i = 0; i < extras->n_pictures; i++) {
    free(extras->pictures[i].title);
    free(extras->pictures[i].svg);
  }
  for (uint32_t i = 0; i < extras->n_timelines; i++) {
    free(extras->timelines[i].title);
    free(extras->timelines[i].json);
  }
  table_done(&extras->contention);
  free(extras->finding_pictures);
  free(extras->pictures);
  free(extras->timelines);
  free(extras->title);
  *extras = (struct report_extras){0};
}
