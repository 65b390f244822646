/* timeline_json.c - see timeline_json.h. */
#include "viz/timeline_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"
#include "viz/label.h"
#include "viz/waits.h"

enum { MAX_THREADS = 1000, MAX_ARROWS = 5000, MAX_STACKS = 5000, MAX_FRAMES = 12, MAX_VERBS = 64, ARROW_STUCK = 4 };

struct writer {
  FILE *out;
  struct timeline *timeline;
  struct plan plan;
  const struct model *model;
  const struct names *names;
  int32_t *stack_of_site; /* number + 1 */
  uint32_t *sites;        /* of the stacks */
  uint32_t n_stacks;
  const char *verbs[MAX_VERBS];
  uint32_t n_verbs;
};

static void write_string(FILE *out, const char *text) {
  char *clean = text_clean(text);
  json_t *string = json_string(clean);
  json_dumpf(string, out, JSON_ENCODE_ANY);
  json_decref(string);
  free(clean);
}

static void write_made(FILE *out, char *text) {
  write_string(out, text);
  free(text);
}

static const char *comma(uint32_t index) {
  return index ? "," : "";
}

static void write_threads(struct writer *writer) {
  fputs(",\n\"threads\":[", writer->out);
  for (uint32_t i = 0; i < writer->plan.n_tracks; i++) {
    const struct track *track = &writer->plan.tracks[i];
    const struct lane *lane = &writer->timeline->lanes[track->thread];
    fprintf(writer->out, "%s[", comma(i));
    write_made(writer->out, names_thread(writer->names, track->thread));
    fprintf(writer->out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%d]", lane->begin, lane->end, track->n_rows ? track->n_rows : 1,
            lane->has_ended);
  }
  fputs("]", writer->out);
}

static void write_objects(struct writer *writer) {
  fputs(",\n\"objects\":[", writer->out);
  for (uint32_t i = 0; i < writer->plan.n_locks; i++) {
    const struct shown_lock *lock = &writer->plan.locks[i];
    fprintf(writer->out, "%s[", comma(i));
    write_made(writer->out, names_object(writer->names, lock->object));
    fprintf(writer->out, ",%d,%d]", lock->is_found, lock->held > 0);
  }
  fputs("]", writer->out);
}

/* Numbers in the data. */

static int64_t thread_number(const struct writer *writer, uint32_t thread) {
  const struct track *track = thread == NO_INDEX ? NULL : plan_track(&writer->plan, thread);
  return track ? track - writer->plan.tracks : -1;
}

static int32_t stack_number(struct writer *writer, uint32_t site) {
  if (!site || site >= writer->model->info->n_sites)
    return -1;
  if (!writer->stack_of_site[site] && writer->n_stacks < MAX_STACKS) {
    writer->sites[writer->n_stacks++] = site;
    writer->stack_of_site[site] = (int32_t)writer->n_stacks;
  }
  return writer->stack_of_site[site] - 1;
}

static uint32_t verb_number(struct writer *writer, const char *verb) {
  for (uint32_t i = 0; i < writer->n_verbs; i++)
    if (!strcmp(writer->verbs[i], verb))
      return i;
  if (writer->n_verbs == MAX_VERBS)
    return 0;
  writer->verbs[writer->n_verbs] = verb;
  return writer->n_verbs++;
}

/* Objects of bars, by their place in the plan. */
static int32_t *number_objects(const struct writer *writer) {
  int32_t *numbers = xcalloc(writer->model->n_objects, sizeof *numbers);
  for (uint32_t i = 0; i < writer->plan.n_locks; i++)
    numbers[writer->plan.locks[i].object] = (int32_t)i + 1;
  return numbers;
}

static int32_t object_number(const struct writer *writer, const int32_t *numbers, uint32_t object) {
  return object < writer->model->n_objects ? numbers[object] - 1 : -1;
}

/* Bars and arrows. */

static int compare_bars(const void *a, const void *b) {
  const struct bar *x = a, *y = b;
  if (x->thread != y->thread)
    return x->thread > y->thread ? 1 : -1;
  if (x->begin != y->begin)
    return x->begin > y->begin ? 1 : -1;
  return (x->row > y->row) - (x->row < y->row);
}

static void write_bar(struct writer *writer, const struct bar *bar, const int32_t *objects) {
  int kind = bar->kind == BAR_HOLD ? (bar->is_read ? 3 : 0) : bar->kind == BAR_WAIT ? 1 : 2;
  const char *verb = kind == 0 ? "holds" : kind == 3 ? "holds to read" : wait_verb(bar->op, bar->kind == BAR_STUCK);
  fprintf(writer->out, "%" PRId64 ",%u,%d,%" PRIu64 ",%" PRIu64 ",%" PRId32 ",%" PRId64 ",%" PRIu32 ",%" PRId32 ",%" PRIu32 ",%" PRIu64,
          thread_number(writer, bar->thread), bar->row, kind, bar->begin, bar->end - bar->begin,
          bar_is_several(bar) ? -1 : object_number(writer, objects, bar->object),
          bar_is_several(bar) ? -1 : thread_number(writer, bar->target), verb_number(writer, verb), stack_number(writer, bar->site),
          bar->count, bar->total);
}

static void write_bars(struct writer *writer, const int32_t *objects) {
  struct timeline *timeline = writer->timeline;
  if (timeline->n_bars)
    qsort(timeline->bars, timeline->n_bars, sizeof *timeline->bars, compare_bars);
  fputs(",\n\"bars\":[", writer->out);
  for (uint32_t i = 0; i < timeline->n_bars; i++) {
    fputs(i ? ",\n" : "\n", writer->out);
    write_bar(writer, &timeline->bars[i], objects);
  }
  fputs("]", writer->out);
}

struct arrow_ends {
  int kind;
  uint64_t times[2];
  uint32_t threads[2];
  uint8_t rows[2];
};

/* Returns whether both threads are in the picture. */
static bool write_arrow(struct writer *writer, const struct arrow_ends *ends, int32_t object, bool is_first) {
  int64_t from = thread_number(writer, ends->threads[0]), to = thread_number(writer, ends->threads[1]);
  if (from < 0 || to < 0 || from == to)
    return false;
  fprintf(writer->out, "%s\n%d,%" PRIu64 ",%" PRId64 ",%u,%" PRIu64 ",%" PRId64 ",%u,%" PRId32, is_first ? "" : ",", ends->kind,
          ends->times[0], from, ends->rows[0], ends->times[1], to, ends->rows[1], object);
  return true;
}

static void write_arrows(struct writer *writer, const int32_t *objects) {
  struct timeline *timeline = writer->timeline;
  arrows_cut(timeline, MAX_ARROWS);
  uint32_t n = 0;
  fputs(",\n\"arrows\":[", writer->out);
  for (uint32_t i = 0; i < timeline->n_bars && writer->plan.has_stuck; i++) {
    const struct bar *bar = &timeline->bars[i];
    struct arrow_ends ends = {ARROW_STUCK, {timeline->last, timeline->last}, {bar->thread, NO_INDEX}, {bar->row, 0}};
    if (bar->kind == BAR_STUCK) {
      ends.threads[1] = stuck_behind(timeline, bar, &ends.rows[1]);
      n += write_arrow(writer, &ends, object_number(writer, objects, bar->object), !n);
    }
  }
  for (uint32_t i = 0; i < timeline->n_arrows; i++) {
    const struct arrow_in_time *arrow = &timeline->arrows[i];
    struct arrow_ends ends = {
        arrow->kind, {arrow->from.time, arrow->to.time}, {arrow->from.thread, arrow->to.thread}, {arrow->from.row, arrow->to.row}};
    n += write_arrow(writer, &ends, object_number(writer, objects, arrow->object), !n);
  }
  fputs("]", writer->out);
}

/* What bars refer to. */

static void write_stack(struct writer *writer, uint32_t site) {
  struct stack stack = names_site(writer->names, site);
  fputs("[", writer->out);
  for (uint32_t i = 0; i < stack.n_frames && i < MAX_FRAMES; i++) {
    fputs(comma(i), writer->out);
    write_made(writer->out, label_stack(&(const struct stack){&stack.frames[i], 1}));
  }
  fputs("]", writer->out);
  stack_done(&stack);
}

static void write_references(struct writer *writer, const struct finding_times *times) {
  FILE *out = writer->out;
  fputs(",\n\"verbs\":[", out);
  for (uint32_t i = 0; i < writer->n_verbs; i++) {
    fputs(comma(i), out);
    write_string(out, writer->verbs[i]);
  }
  fputs("],\n\"stacks\":[", out);
  for (uint32_t i = 0; i < writer->n_stacks; i++) {
    fputs(comma(i), out);
    write_stack(writer, writer->sites[i]);
  }
  fputs("],\n\"findings\":[", out);
  for (uint32_t i = 0, n = 0; i < times->n_items; i++) {
    const struct finding_time *item = &times->items[i];
    if (item->first <= item->last)
      fprintf(out, "%s[\"%s\",%" PRIu64 ",%" PRIu64 "]", comma(n++), item->finding->id, item->first, item->last);
  }
  fputs("]", out);
}

static void write_all(struct writer *writer, const struct finding_times *times) {
  const struct plan *plan = &writer->plan;
  int32_t *objects = number_objects(writer);
  fprintf(writer->out, "{\"unit\":\"%s\",\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\"stuck\":%d,\"merged\":%d,\"left\":%" PRIu32,
          writer->model->info->is_text ? "line" : "ns", plan->from, plan->to, plan->has_stuck, plan->is_merged, plan->n_left_tracks);
  write_threads(writer);
  write_objects(writer);
  write_bars(writer, objects);
  write_arrows(writer, objects);
  write_references(writer, times);
  fputs("}\n", writer->out);
  free(objects);
}

char *timeline_json(struct timeline *timeline, const struct model *model, const struct names *names, const struct finding_times *times,
                    uint32_t max_bars) {
  char *text = NULL;
  size_t bytes = 0;
  struct writer writer = {.timeline = timeline, .model = model, .names = names};
  writer.out = open_memstream(&text, &bytes);
  if (!writer.out)
    abort(); /* out of memory, as everywhere offline */
  writer.stack_of_site = xcalloc(model->info->n_sites, sizeof *writer.stack_of_site);
  writer.sites = xcalloc(MAX_STACKS, sizeof *writer.sites);
  lanes_end(timeline, model);
  plan_make(&writer.plan, timeline, model, &(const struct plan_limits){MAX_THREADS, max_bars});
  write_all(&writer, times);
  plan_done(&writer.plan);
  free(writer.stack_of_site);
  free(writer.sites);
  fclose(writer.out);
  return text;
}
