/* timeline_paint.h - what the two parts that draw the timeline share: timeline.c, the lanes, and timeline_frame.c, what is around them. */
#ifndef VIZ_TIMELINE_PAINT_H
#define VIZ_TIMELINE_PAINT_H

#include "viz/canvas.h"
#include "viz/timeline.h"

#define HEAD_WIDTH 150.0
#define TIME_WIDTH 1150.0
#define TAIL_WIDTH 175.0
#define ARROWS_WIDTH 64.0 /* right part of the strip behind the last event */
#define ROW_HEIGHT 17.0
#define LANE_PADDING 6.0
#define COLOUR_WAIT "#ffb300"
#define COLOUR_WAIT_LIGHT "#ffd166"
#define COLOUR_WAIT_FRAME "#ef9a00"
#define COLOUR_STUCK "#e53935"
#define COLOUR_STUCK_LIGHT "#d32f2f"
#define COLOUR_STUCK_FRAME "#b71c1c"
#define COLOUR_FOUND "#b71c1c" /* frame of what a finding is about */
#define COLOUR_FRAME "#455a64"
#define COLOUR_OTHER "#b0bec5"
#define COLOUR_FAINT "#dbe2e6"
#define COLOUR_FAINT_TEXT "#90a4ae"
#define TIP_COLUMNS 160u

enum { N_STUCK_ARROWS = 6 };

struct painter {
  struct timeline *timeline;
  struct plan plan;
  struct marks marks;
  const struct model *model;
  const struct names *names;
  struct canvas canvas;
  double right; /* of the part that is to scale */
  double top;   /* where the next thing goes */
  double lanes_top, lanes_bottom;
  bool is_text;
  uint32_t n_stripes; /* drawn so far */
};

enum { N_LOCK_COLOURS = 10 };
extern const char *const lock_colours[N_LOCK_COLOURS]; /* of the first locks of the plan */

double painter_x(const struct painter *painter, uint64_t time);
double painter_right_edge(const struct painter *painter); /* with the strip after the last event */

void painter_draw_bar(struct painter *painter, const struct bar *bar);
void painter_draw_marks(struct painter *painter);
void painter_draw_head(struct painter *painter); /* title, findings, legend */
/* Who waited most, when nothing hangs. Caller frees. */
char *painter_calm_sentence(const struct painter *painter);
void painter_draw_axis(struct painter *painter);
void painter_draw_foot(struct painter *painter); /* what is not shown */

#endif
