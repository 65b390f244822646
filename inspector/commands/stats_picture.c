/* stats_picture.c - a row a lock: how long it was waited for and held, to one scale, how many acquisitions had to wait, and who held it.
 *
 * Waiting is exact. Holding is an estimate where only some sections were timed: their mean, times all sections; it is marked "about".
 * A waiting time may be greater than the run: many threads wait at once. */
#include "commands/stats_picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands/lock_row.h"
#include "commands/stats_table.h"
#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/canvas.h"
#include "viz/label.h"

#define NAME_WIDTH 230.0
#define TIMES_LEFT 240.0
#define TIMES_WIDTH 360.0
#define VALUE_WIDTH 90.0
#define SHARE_LEFT 700.0
#define SHARE_WIDTH 120.0
#define OWNERS_LEFT 920.0
#define OWNERS_WIDTH 360.0
#define RIGHT_EDGE 1290.0
#define ROW_HEIGHT 44.0
#define BAR_HEIGHT 13.0
#define TEXT_SIZE 9.0
#define MIN_BAR 1.2

enum { N_OWNERS = 3, MAX_ROWS = 200, TIP_COLUMNS = 200 };

#define COLOUR_WAIT "#ffb300"
#define COLOUR_HOLD "#64b5f6"
#define COLOUR_FAINT "#607d8b"

struct sheet {
  const struct stats_table *table;
  struct canvas canvas;
  double scale; /* points a nanosecond */
  double top;
};

static double hold_estimate(const struct lock_stats *numbers) {
  return numbers->hold.count ? (double)numbers->hold.total_ns / (double)numbers->hold.count * (double)numbers->sections : 0;
}

/* Where somebody waited longer than that, the sections that he waited for were not timed. */
static bool hold_is_known(const struct lock_stats *numbers) {
  return numbers->hold.count && (double)numbers->wait.max_ns <= hold_estimate(numbers);
}

static double hold_ns(const struct lock_stats *numbers) {
  return hold_is_known(numbers) ? hold_estimate(numbers) : 0;
}

static bool hold_is_estimate(const struct lock_stats *numbers) {
  return numbers->hold.count && numbers->hold.count < numbers->sections;
}

/* Text of strangers, as much as fits; takes it over. */
static struct part *put(struct sheet *sheet, struct rectangle where, enum align align, double size, char *text) {
  char *label = label_fitted(text, size, where.right - where.left - 8);
  struct part *box = canvas_text(&sheet->canvas, where, align, size, label);
  free(label);
  label = label_of(text, TIP_COLUMNS);
  part_set(box, "tooltip", *label ? label : " ");
  free(label);
  free(text);
  return box;
}

static char *time_text(double ns, bool is_estimate) {
  char text[STATS_CELL_BYTES];
  stats_time_text(text, (uint64_t)ns);
  return xasprintf("%s%s", is_estimate ? "about " : "", text);
}

/* A bar and its value behind it. */
static void draw_time(struct sheet *sheet, double top, double ns, const char *colour, char *value) {
  double width = ns > 0 && ns * sheet->scale < MIN_BAR ? MIN_BAR : ns * sheet->scale;
  struct rectangle where = {TIMES_LEFT, top, TIMES_LEFT + width, top + BAR_HEIGHT};
  if (width > 0) {
    struct part *bar = canvas_box(&sheet->canvas, where, colour, "none");
    char *label = label_of(value, TIP_COLUMNS);
    part_set(bar, "tooltip", label);
    free(label);
  }
  put(sheet, (struct rectangle){where.right + 2, top, where.right + VALUE_WIDTH, where.bottom}, ALIGN_LEFT, TEXT_SIZE, value);
}

/* "78 % of 240" beside a bar of that part. */
static void draw_share(struct sheet *sheet, const struct lock_stats *numbers) {
  double top = sheet->top + 5, share = numbers->acquisitions ? (double)numbers->contended / (double)numbers->acquisitions : 0;
  canvas_box(&sheet->canvas, (struct rectangle){SHARE_LEFT, top, SHARE_LEFT + SHARE_WIDTH, top + BAR_HEIGHT}, "#eceff1", "none");
  if (share > 0)
    canvas_box(&sheet->canvas, (struct rectangle){SHARE_LEFT, top, SHARE_LEFT + SHARE_WIDTH * share, top + BAR_HEIGHT}, COLOUR_WAIT,
               "none");
  char *n = label_number(numbers->acquisitions);
  struct rectangle where = {SHARE_LEFT - 3, top + BAR_HEIGHT + 2, SHARE_LEFT + SHARE_WIDTH + 70, top + 2 * BAR_HEIGHT + 2};
  bool is_tiny = share > 0 && share < 0.0005;
  put(sheet, where, ALIGN_LEFT, TEXT_SIZE,
      is_tiny ? xasprintf("under 0.1 %% of %s had to wait", n)
              : xasprintf("%.*f %% of %s had to wait", share > 0 && share < 0.1 ? 1 : 0, 100 * share, n));
  free(n);
}

/* Its share in holding; where nothing was timed, in acquiring. */
static double owner_weight(const struct lock_row *row, const struct lock_owner *owner) {
  const struct tally_entry *numbers = &owner->numbers;
  if (!row->numbers.hold.count)
    return (double)numbers->count;
  return numbers->n_timed ? (double)numbers->hold_ns / numbers->n_timed * (double)numbers->count : 0;
}

static double owners_weight(const struct lock_row *row) {
  double total = 0;
  for (uint32_t i = 0; i < row->n_owners; i++)
    total += owner_weight(row, &row->owners[i]);
  return total > 0 ? total : 1;
}

/* "slow 64 %, fast 3 12 % and 2 more" */
static char *owners_text(const struct lock_row *row, double total) {
  char *text = xstrdup("");
  for (uint32_t i = 0; i < row->n_owners && i < N_OWNERS; i++) {
    const struct lock_owner *owner = &row->owners[i];
    char *longer = xasprintf("%s%s%s %.0f %%", text, i ? ", " : "", owner->name, 100 * owner_weight(row, owner) / total);
    free(text);
    text = longer;
  }
  char *more = row->n_owners > N_OWNERS ? label_number(row->n_owners - N_OWNERS + row->n_owners_left) : NULL;
  char *whole = more ? xasprintf("%s and %s more", text, more) : xstrdup(text);
  free(more);
  free(text);
  return whole;
}

static void draw_owner(struct sheet *sheet, const struct lock_owner *owner, struct rectangle where, const char *colour) {
  struct part *bar = canvas_box(&sheet->canvas, where, colour, "none");
  double room = where.right - where.left - 4;
  char *label = label_fitted(owner->name, TEXT_SIZE, room), *tooltip = label_of(owner->name, TIP_COLUMNS);
  if (label_width(owner->name, TEXT_SIZE) <= room)
    box_text(bar, ALIGN_CENTRE, TEXT_SIZE, label);
  part_set(bar, "tooltip", tooltip);
  free(label);
  free(tooltip);
}

static void draw_owners(struct sheet *sheet, const struct lock_row *row) {
  static const char *const colours[N_OWNERS] = {"#64b5f6", "#90caf9", "#bbdefb"}; /* the first holds most */
  double total = owners_weight(row), top = sheet->top + 5, bottom = top + BAR_HEIGHT, left = OWNERS_LEFT;
  canvas_box(&sheet->canvas, (struct rectangle){left, top, left + OWNERS_WIDTH, bottom}, "#eceff1", "none");
  for (uint32_t i = 0; i < row->n_owners && i < N_OWNERS; i++) {
    double width = OWNERS_WIDTH * owner_weight(row, &row->owners[i]) / total;
    if (width >= MIN_BAR)
      draw_owner(sheet, &row->owners[i], (struct rectangle){left, top, left + width, bottom}, colours[i]);
    left += width;
  }
  struct rectangle below = {OWNERS_LEFT - 3, bottom + 2, OWNERS_LEFT + OWNERS_WIDTH, bottom + 2 + BAR_HEIGHT};
  put(sheet, below, ALIGN_LEFT, TEXT_SIZE, owners_text(row, total));
}

static void draw_name(struct sheet *sheet, const struct lock_row *row) {
  struct rectangle where = {0, sheet->top + 4, NAME_WIDTH, sheet->top + 20};
  put(sheet, where, ALIGN_RIGHT, 11, xstrdup(row->name));
  where = (struct rectangle){0, sheet->top + 20, NAME_WIDTH, sheet->top + 34};
  char *site = row->n_sites ? xasprintf("%s, mostly in %s", row->kind, row->sites[0].text) : xstrdup(row->kind);
  part_set(put(sheet, where, ALIGN_RIGHT, 8.5, site), "fontcolor", COLOUR_FAINT);
}

static void draw_row(struct sheet *sheet, const struct lock_row *row, bool is_odd) {
  const struct lock_stats *numbers = &row->numbers;
  canvas_box(&sheet->canvas, (struct rectangle){0, sheet->top, RIGHT_EDGE, sheet->top + ROW_HEIGHT}, is_odd ? "#f5f7f8" : "white", "none");
  draw_name(sheet, row);
  double waited = (double)numbers->wait.total_ns;
  char *hold = time_text(hold_ns(numbers), hold_is_estimate(numbers));
  draw_time(sheet, sheet->top + 5, waited, COLOUR_WAIT, waited > 0 ? time_text(waited, false) : xstrdup("nobody waited"));
  draw_time(sheet, sheet->top + 5 + BAR_HEIGHT + 3, hold_ns(numbers), COLOUR_HOLD, hold_is_known(numbers) ? hold : xstrdup("not timed"));
  if (!hold_is_known(numbers))
    free(hold);
  draw_share(sheet, numbers);
  draw_owners(sheet, row);
  sheet->top += ROW_HEIGHT;
}

static void draw_swatch(struct sheet *sheet, double left, const char *colour, const char *text) {
  canvas_box(&sheet->canvas, (struct rectangle){left, sheet->top + 4, left + 16, sheet->top + 13}, colour, "none");
  put(sheet, (struct rectangle){left + 18, sheet->top, left + 220, sheet->top + 17}, ALIGN_LEFT, TEXT_SIZE, xstrdup(text));
}

static void draw_head(struct sheet *sheet, const char *path) {
  put(sheet, (struct rectangle){0, 0, RIGHT_EDGE, 22}, ALIGN_LEFT, 13, xasprintf("Locks of %s: who waited, who held", base_name(path)));
  sheet->top = 26;
  draw_swatch(sheet, TIMES_LEFT, COLOUR_WAIT, "waited for it, all threads in sum");
  draw_swatch(sheet, TIMES_LEFT + 225, COLOUR_HOLD, "held it");
  put(sheet, (struct rectangle){SHARE_LEFT - 3, sheet->top, OWNERS_LEFT - 10, sheet->top + 17}, ALIGN_LEFT, TEXT_SIZE,
      xstrdup("acquisitions that had to wait"));
  put(sheet, (struct rectangle){OWNERS_LEFT - 3, sheet->top, RIGHT_EDGE, sheet->top + 17}, ALIGN_LEFT, TEXT_SIZE,
      xstrdup("who held it, by time; where nothing was timed, by number"));
  sheet->top += 20;
}

static void draw_foot(struct sheet *sheet, uint32_t n_shown) {
  uint64_t n_left = sheet->table->n_locks - n_shown;
  char *note = stats_hold_note(sheet->table), *left = label_number(n_left), *text;
  if (!sheet->table->n_locks)
    text = xstrdup("No locks were used");
  else
    text = xasprintf("%s%s%s%s", n_left ? left : "", n_left ? (n_left == 1 ? " more lock" : " more locks") : "",
                     n_left && *note ? "; " : "", note);
  put(sheet, (struct rectangle){0, sheet->top + 2, RIGHT_EDGE, sheet->top + 18}, ALIGN_LEFT, TEXT_SIZE, text);
  free(note);
  free(left);
}

static double longest_ns(const struct stats_table *table, uint32_t n) {
  double longest = 1;
  for (uint32_t i = 0; i < n; i++) {
    const struct lock_stats *numbers = &table->rows[i].numbers;
    longest = hold_ns(numbers) > longest ? hold_ns(numbers) : longest;
    longest = (double)numbers->wait.total_ns > longest ? (double)numbers->wait.total_ns : longest;
  }
  return longest;
}

char *stats_draw(const struct stats_table *table, const struct stats_drawing *wanted, FILE *out) {
  uint32_t n = table->n_rows < MAX_ROWS ? table->n_rows : MAX_ROWS;
  struct sheet sheet = {.table = table, .scale = (TIMES_WIDTH - 4) / longest_ns(table, n)};
  struct drawing *drawing = drawing_new("stats");
  canvas_begin(&sheet.canvas, drawing);
  draw_head(&sheet, wanted->path);
  for (uint32_t i = 0; i < n; i++)
    draw_row(&sheet, &table->rows[i], i % 2);
  draw_foot(&sheet, n);
  char *why = NULL;
  picture_write(drawing, "nop2", wanted->format, out, &why);
  drawing_free(drawing);
  return why;
}
