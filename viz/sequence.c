/* sequence.c - the story of one finding: a column a thread, numbered steps from top to bottom.
 *
 * First what each thread acquired, in the order of the recording, then what they ask for: there they are stuck. A predicted deadlock
 * did not happen in the recording, so the steps are those of the run that would get there, and the numbers in them tell where
 * they stand in the recording. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/canvas.h"
#include "viz/label.h"
#include "viz/view.h"

#define COLUMN_WIDTH 270.0
#define COLUMN_GAP 50.0
#define STEP_HEIGHT 46.0
#define STEP_GAP 16.0
#define HEAD_HEIGHT 26.0
#define TITLE_WIDTH 620.0
#define COLUMN 0.65 /* width of a usual character against its size */
#define TEXT_SIZE 10.0

enum { MAX_COLUMNS = 40, MAX_STEPS = 200 };

#define COLOUR_STUCK "#c62828"
#define COLOUR_STUCK_FILL "#ffcdd2"
#define COLOUR_TAKEN "#37474f"
#define COLOUR_TAKEN_FILL "#e3f2fd"
#define COLOUR_PLACE_FILL "#f5f5f5"
#define COLOUR_FAINT "#78909c"

enum step_kind { STEP_PLACE, STEP_HOLD, STEP_ASK };

struct step {
  enum step_kind kind;
  uint32_t column;           /* of the thread that does it */
  uint32_t object;           /* taken or asked for, else NO_INDEX */
  uint32_t waits_for_column; /* a join; else NO_INDEX */
  uint64_t ordinal;
  uint32_t index; /* as found: makes the order total */
  char *deed;
  const struct stack *stack;
  struct part *box;
  double middle;
};

struct sequence {
  const struct view_input *input;
  const struct finding *finding;
  uint32_t columns[MAX_COLUMNS]; /* thread */
  char *heads[MAX_COLUMNS];
  uint32_t n_columns;
  struct step *steps;
  uint32_t n_steps, step_capacity;
  struct canvas canvas;
  double top;
};

static void sequence_start(void *state, const struct view_input *input) {
  struct sequence *sequence = state;
  sequence->input = input;
  sequence->finding = input->finding;
}

/* NO_INDEX: no room for one more. */
static uint32_t column_of(struct sequence *sequence, uint32_t thread, const char *name) {
  for (uint32_t i = 0; i < sequence->n_columns; i++)
    if (sequence->columns[i] == thread)
      return i;
  if (sequence->n_columns == MAX_COLUMNS)
    return NO_INDEX;
  sequence->columns[sequence->n_columns] = thread;
  sequence->heads[sequence->n_columns] = xstrdup(name ? name : "a thread");
  return sequence->n_columns++;
}

static void add_step(struct sequence *sequence, struct step step) {
  if (step.column == NO_INDEX || sequence->n_steps == MAX_STEPS) {
    free(step.deed);
    return;
  }
  sequence->steps = grow(sequence->steps, sequence->n_steps, &sequence->step_capacity, sizeof *sequence->steps);
  step.index = sequence->n_steps;
  sequence->steps[sequence->n_steps++] = step;
}

/* "asks for it here" and "journal" make "asks for journal". */
static char *deed_of(const struct finding_thread *thread) {
  const char *what = thread->what ? thread->what : "";
  size_t n = strlen(what);
  if (n > 5 && !strcmp(what + n - 5, " here"))
    n -= 5;
  const char *it = strstr(what, " it");
  if (!thread->wants_name)
    return xasprintf("%.*s", (int)n, what);
  if (it && (size_t)(it - what) < n)
    return xasprintf("%.*s %s%.*s", (int)(it - what), what, thread->wants_name, (int)(what + n - it - 3), it + 3);
  return xasprintf("%.*s: %s", (int)n, what, thread->wants_name);
}

/* "" or ", held by T3 (audit)". */
static char *holder_text(const struct finding *finding, const struct finding_thread *asking) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *other = &finding->threads[i];
    for (uint32_t k = 0; other != asking && k < other->n_holds; k++)
      if (other->holds[k] == asking->wants)
        return xasprintf(", held by %s", other->name);
  }
  return xstrdup("");
}

static char *ask_text(const struct finding *finding, const struct finding_thread *thread) {
  char *deed = deed_of(thread), *holder = holder_text(finding, thread), *text = xasprintf("%s%s", deed, holder);
  free(deed);
  free(holder);
  return text;
}

static void add_holds(struct sequence *sequence, const struct finding_thread *thread, uint32_t column) {
  for (uint32_t i = 0; i < thread->n_holds; i++)
    add_step(sequence, (struct step){.kind = STEP_HOLD,
                                     .column = column,
                                     .object = thread->holds[i],
                                     .waits_for_column = NO_INDEX,
                                     .ordinal = thread->held_ordinals[i],
                                     .deed = xasprintf("acquires %s", thread->hold_names[i]),
                                     .stack = &thread->held_stacks[i]});
}

/* "locked here" of queue_lock: "queue_lock locked". */
static char *place_deed(const struct finding_place *place) {
  size_t n = strlen(place->what);
  if (n > 5 && !strcmp(place->what + n - 5, " here"))
    n -= 5;
  return xasprintf("%s%s%.*s", place->object_name ? place->object_name : "", place->object_name ? " " : "", (int)n, place->what);
}

static void add_places(struct sequence *sequence, const struct finding_thread *thread, uint32_t column) {
  for (uint32_t i = 0; i < thread->n_places; i++) {
    const struct finding_place *place = &thread->places[i];
    uint32_t by = place->thread == NO_INDEX ? column : column_of(sequence, place->thread, place->thread_name);
    add_step(sequence, (struct step){.kind = STEP_PLACE,
                                     .column = by,
                                     .object = NO_INDEX,
                                     .waits_for_column = NO_INDEX,
                                     .ordinal = place->ordinal,
                                     .deed = place_deed(place),
                                     .stack = &place->stack});
  }
}

static void collect_steps(struct sequence *sequence) {
  const struct finding *finding = sequence->finding;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    column_of(sequence, finding->threads[i].thread, finding->threads[i].name);
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    uint32_t column = column_of(sequence, thread->thread, thread->name);
    add_holds(sequence, thread, column);
    add_places(sequence, thread, column);
    uint32_t joined = thread->wants_thread == NO_INDEX ? NO_INDEX : column_of(sequence, thread->wants_thread, thread->wants_name);
    add_step(sequence, (struct step){.kind = STEP_ASK,
                                     .column = column,
                                     .object = thread->wants,
                                     .waits_for_column = joined,
                                     .ordinal = thread->event,
                                     .deed = ask_text(finding, thread),
                                     .stack = &thread->stack});
  }
}

static int compare_steps(const void *a, const void *b) {
  const struct step *x = a, *y = b;
  bool is_last[] = {x->kind == STEP_ASK, y->kind == STEP_ASK};
  if (is_last[0] != is_last[1])
    return is_last[0] ? 1 : -1;
  if (x->ordinal != y->ordinal)
    return x->ordinal > y->ordinal ? 1 : -1;
  return x->index > y->index ? 1 : -1;
}

/* Drawing. */

static double column_left(uint32_t column) {
  return column * (COLUMN_WIDTH + COLUMN_GAP);
}

/* As many lines as it takes, up to two. */
static void draw_paragraph(struct sequence *sequence, const char *text, double size) {
  double width = column_left(sequence->n_columns) - COLUMN_GAP;
  width = width < TITLE_WIDTH ? TITLE_WIDTH : width;
  char *label = label_wrapped(text, (size_t)(width / size / COLUMN), 3);
  double height = size * 1.35 * label_lines(label) + 4;
  canvas_text(&sequence->canvas, (struct rectangle){0, sequence->top, width, sequence->top + height}, ALIGN_LEFT, size, label);
  sequence->top += height;
  free(label);
}

static void draw_title(struct sequence *sequence) {
  const struct finding *finding = sequence->finding;
  char *head = xasprintf("%s %s: %s (%s, %s)", finding->id, severity_text(finding->severity),
                         finding->title ? finding->title : finding->kind, finding->kind, verdict_text(finding->verdict));
  char *why = xasprintf("Why %s: %s", verdict_text(finding->verdict), finding->reason ? finding->reason : "it is in the recording");
  draw_paragraph(sequence, head, 13);
  draw_paragraph(sequence, finding->message ? finding->message : "", TEXT_SIZE);
  draw_paragraph(sequence, why, TEXT_SIZE);
  sequence->top += 8;
  free(head);
  free(why);
}

/* Otherwise the picture looks like one of what was seen. */
static void draw_claim(struct sequence *sequence) {
  static const char *const claims[] = {
      [VERDICT_BENIGN] = "It cannot come to this:",
      [VERDICT_POTENTIAL] = "This did not happen in the recorded run. It has the look of what could:",
      [VERDICT_PLAUSIBLE] = "This did not happen in the recorded run, but it could:",
      [VERDICT_PREDICTED] = "This did not happen in the recorded run, but it can:",
      [VERDICT_CONFIRMED] = "This happened:",
      [VERDICT_OBSERVED] = "This happened:",
  };
  draw_paragraph(sequence, claims[sequence->finding->verdict], 11);
  sequence->top += 4;
}

static void draw_columns(struct sequence *sequence) {
  double bottom = sequence->top + HEAD_HEIGHT + sequence->n_steps * (STEP_HEIGHT + STEP_GAP) + STEP_GAP;
  for (uint32_t i = 0; i < sequence->n_columns; i++) {
    double left = column_left(i), middle = left + COLUMN_WIDTH / 2;
    canvas_line(&sequence->canvas, (struct point_at){middle, sequence->top + HEAD_HEIGHT}, (struct point_at){middle, bottom}, "#b0bec5");
    struct part *box = canvas_box(
        &sequence->canvas, (struct rectangle){left, sequence->top, left + COLUMN_WIDTH, sequence->top + HEAD_HEIGHT}, "#37474f", "none");
    char *label = label_fitted(sequence->heads[i], 12, COLUMN_WIDTH - 8);
    box_text(box, ALIGN_CENTRE, 12, label);
    part_set(box, "fontcolor", "white");
    free(label);
    label = label_of(sequence->heads[i], 200);
    part_set(box, "tooltip", label);
    free(label);
  }
  sequence->top += HEAD_HEIGHT + STEP_GAP;
}

/* The whole call stack, innermost first. */
static char *stack_tooltip(const struct stack *stack) {
  char *text = xstrdup("");
  for (uint32_t i = 0; i < stack->n_frames && i < 20; i++) {
    struct stack one = {&stack->frames[i], 1};
    char *plain = label_stack(&one), *line = label_of(plain, 160);
    char *longer = xasprintf("%s%s%s", text, i ? "\\n" : "", line);
    free(plain);
    free(line);
    free(text);
    text = longer;
  }
  return text;
}

static char *step_text(const struct sequence *sequence, const struct step *step, uint32_t number) {
  char *first = xasprintf("%" PRIu32 "  %s", number, step->deed), *where = label_stack(step->stack);
  const char *unit = sequence->finding->by_name ? "line" : "event";
  char *second = step->ordinal ? xasprintf("%s%s%s %" PRIu64, where, *where ? " · " : "", unit, step->ordinal) : xstrdup(where);
  double room = COLUMN_WIDTH - 10;
  char *labels[] = {label_fitted(first, TEXT_SIZE, room), label_fitted(second, TEXT_SIZE, room)};
  char *text = xasprintf("%s\\n%s", labels[0], labels[1]);
  free(labels[0]);
  free(labels[1]);
  free(first);
  free(second);
  free(where);
  return text;
}

static void draw_step(struct sequence *sequence, struct step *step, uint32_t number) {
  static const char *const fills[] = {COLOUR_PLACE_FILL, COLOUR_TAKEN_FILL, COLOUR_STUCK_FILL};
  bool is_stuck = step->kind == STEP_ASK;
  double left = column_left(step->column);
  struct rectangle where = {left, sequence->top, left + COLUMN_WIDTH, sequence->top + STEP_HEIGHT};
  step->box = canvas_box(&sequence->canvas, where, fills[step->kind], is_stuck ? COLOUR_STUCK : COLOUR_TAKEN);
  step->middle = (where.top + where.bottom) / 2;
  char *text = step_text(sequence, step, number), *tooltip = stack_tooltip(step->stack);
  box_text(step->box, ALIGN_LEFT, TEXT_SIZE, text);
  part_set(step->box, "tooltip", *tooltip ? tooltip : " ");
  if (is_stuck)
    part_set(step->box, "penwidth", "2");
  free(text);
  free(tooltip);
  sequence->top += STEP_HEIGHT + STEP_GAP;
}

/* From the side of the waiting step to the side of the other one. */
static void draw_wait(struct sequence *sequence, const struct step *asking, const struct step *holding) {
  double from = column_left(asking->column), to = column_left(holding->column);
  bool goes_right = to > from;
  struct point_at ends[] = {{goes_right ? from + COLUMN_WIDTH : from, asking->middle},
                            {goes_right ? to : to + COLUMN_WIDTH, holding->middle}};
  if (asking->column == holding->column)
    ends[0].x = ends[1].x = from + COLUMN_WIDTH + 6;
  struct part *arrow = canvas_arrow(&sequence->canvas, (struct part *[]){asking->box, holding->box}, ends[0], ends[1], COLOUR_STUCK);
  part_set(arrow, "penwidth", "1.6");
  part_set(arrow, "tooltip", "waits for it");
}

static void draw_waits(struct sequence *sequence) {
  for (uint32_t i = 0; i < sequence->n_steps; i++) {
    const struct step *asking = &sequence->steps[i];
    if (asking->kind != STEP_ASK)
      continue;
    for (uint32_t k = 0; k < sequence->n_steps; k++) {
      const struct step *other = &sequence->steps[k];
      bool holds_it = other->kind == STEP_HOLD && asking->object != NO_INDEX && other->object == asking->object;
      bool is_joined = other->kind == STEP_ASK && other != asking && other->column == asking->waits_for_column;
      if (holds_it || is_joined)
        draw_wait(sequence, asking, other);
    }
  }
}

static void draw_legend(struct sequence *sequence) {
  bool has_happened = sequence->finding->verdict >= VERDICT_CONFIRMED;
  draw_paragraph(
      sequence,
      has_happened
          ? "Steps in the order of the recording; red: here it goes wrong."
          : "Blue: taken. Red: asks for what another one has. Arrows: waits for. Numbers of events are where these steps stand in the "
            "recording, in which it did not come to this.",
      9);
}

static void sequence_draw(void *state, const struct model *model, const struct names *names, struct drawing *drawing) {
  (void)model;
  (void)names;
  struct sequence *sequence = state;
  canvas_begin(&sequence->canvas, drawing);
  part_set(drawing_root(drawing), "outputorder", "edgesfirst"); /* arrows pass behind the steps */
  collect_steps(sequence);
  if (sequence->n_steps)
    qsort(sequence->steps, sequence->n_steps, sizeof *sequence->steps, compare_steps);
  if (!sequence->input->is_bare)
    draw_title(sequence);
  draw_claim(sequence);
  draw_columns(sequence);
  for (uint32_t i = 0; i < sequence->n_steps; i++)
    draw_step(sequence, &sequence->steps[i], i + 1);
  draw_waits(sequence);
  draw_legend(sequence);
}

static void sequence_done(void *state) {
  struct sequence *sequence = state;
  for (uint32_t i = 0; i < sequence->n_columns; i++)
    free(sequence->heads[i]);
  for (uint32_t i = 0; i < sequence->n_steps; i++)
    free(sequence->steps[i].deed);
  free(sequence->steps);
}

const struct view view_sequence = {
    .name = "sequence",
    .engine = "nop2",
    .state_size = sizeof(struct sequence),
    .start = sequence_start,
    .draw = sequence_draw,
    .done = sequence_done,
};
