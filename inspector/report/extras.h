/* extras.h - what a page shows beside the findings: pictures, tables, timelines. Plain texts, made by whoever can: the
 * reporter knows neither Graphviz nor traces. */
#ifndef INSPECTOR_EXTRAS_H
#define INSPECTOR_EXTRAS_H

#include <stdbool.h>
#include <stdint.h>

struct report_picture {
  char *title;
  char *svg; /* an <svg> element whose ids are its own */
};

struct report_cell {
  char *text;
  uint64_t value; /* to sort by */
};

struct report_column {
  const char *title;
  bool is_number;
};

struct report_row {
  struct report_cell *cells; /* one a column */
  char **details;            /* lines */
  uint32_t n_details;
};

struct report_table {
  struct report_column *columns;
  uint32_t n_columns;
  struct report_row *rows;
  uint32_t n_rows;
  char *note; /* below it; NULL: nothing */
};

struct report_timeline {
  char *title;
  char *json; /* as viz/timeline_json.h says */
};

struct report_extras {
  char *title;             /* what was recorded */
  char **finding_pictures; /* <svg> of each finding, by its place among all of them; NULL: none */
  uint32_t n_finding_pictures;
  struct report_picture *pictures; /* of the whole */
  uint32_t n_pictures;
  struct report_timeline *timelines;
  uint32_t n_timelines;
  struct report_table contention;
};

void report_extras_done(struct report_extras *extras);

#endif
