/* stats_picture.h - the table of `inspector stats` as a picture: bars to scale. */
#ifndef INSPECTOR_STATS_PICTURE_H
#define INSPECTOR_STATS_PICTURE_H

#include <stdio.h>

#include "commands/lock_stats.h"
#include "viz/render.h"

struct stats_drawing {
  const char *path; /* of the recording: it is in the title */
  enum picture_format format;
};

/* Returns NULL, or why it cannot be written; caller frees. */
char *stats_draw(const struct stats_table *table, const struct stats_drawing *drawing, FILE *out);

#endif
