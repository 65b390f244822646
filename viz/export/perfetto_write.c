/* perfetto_write.c - one line each of the Trace Event Format: slices, marks, arrows, the counter, names of tracks.
 *
 * Times come first and names last in a line: Perfetto's reader looks for "ts" and "dur" before it knows the rest, and takes no \u
 * escape on its way (hence json_text_shown). Times are microseconds with the nanoseconds behind the point. */
#include <inttypes.h>

#include "viz/export/perfetto.h"
#include "viz/waits.h"

#define NS_A_US 1000u

static void line_begin(struct perfetto *perfetto, char phase, uint32_t tid) {
  fprintf(perfetto->out, "%s\n{\"ph\":\"%c\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32, perfetto->separator, phase, perfetto->pid, tid);
  perfetto->separator = ",";
}

static void write_time(FILE *out, const char *key, uint64_t ns) {
  fprintf(out, ",\"%s\":%" PRIu64 ".%03u", key, ns / NS_A_US, (unsigned)(ns % NS_A_US));
}

void perfetto_write_name(struct perfetto *perfetto, const char *what, uint32_t tid, const char *name, const char *suffix) {
  line_begin(perfetto, 'M', tid);
  fprintf(perfetto->out, ",\"name\":\"%s\",\"args\":{\"name\":\"%s%s\"}}", what, name, suffix);
}

void perfetto_write_sort_index(struct perfetto *perfetto, const char *what, uint32_t tid, uint32_t index) {
  line_begin(perfetto, 'M', tid);
  fprintf(perfetto->out, ",\"name\":\"%s\",\"args\":{\"sort_index\":%" PRIu32 "}}", what, index);
}

static const char *object_or_thread(struct perfetto *perfetto, uint32_t object, uint32_t target) {
  struct labels *labels = perfetto->process->labels;
  return object == NO_INDEX ? labels_thread(labels, target) : labels_object(labels, object);
}

static void write_slice_name(struct perfetto *perfetto, const struct slice *slice) {
  static const char *const categories[] = {"hold", "wait", "stuck"}, *const colours[] = {"", "thread_state_iowait", "terrible"};
  bool is_hold = slice->kind == SLICE_HOLD, is_read = slice->mode & TRACE_MODE_READ;
  fprintf(perfetto->out, ",\"cat\":\"%s\",\"name\":\"%s%s%s%s\"", categories[slice->kind],
          is_hold ? "" : wait_verb(slice->op, slice->kind == SLICE_STUCK), is_hold ? "" : " ",
          object_or_thread(perfetto, slice->object, slice->target), is_hold && is_read ? " (read)" : "");
  if (!is_hold)
    fprintf(perfetto->out, ",\"cname\":\"%s\"", colours[slice->kind]);
}

static void write_site(struct perfetto *perfetto, const char *key, uint32_t site) {
  const char *label = site ? labels_site(perfetto->process->labels, site) : "";
  if (*label)
    fprintf(perfetto->out, ",\"%s\":\"%s\"", key, label);
}

static void write_arguments(struct perfetto *perfetto, uint32_t thread, const struct slice *slice, const struct slice_end *end) {
  FILE *out = perfetto->out;
  fprintf(out, ",\"args\":{\"event\":%" PRIu64, slice->ordinal);
  write_site(perfetto, "site", slice->site);
  if (slice->row)
    fprintf(out, ",\"thread\":\"%s\"", labels_thread(perfetto->process->labels, thread));
  if (slice->kind == SLICE_HOLD && !slice->ordinal)
    fputs(",\"inherited\":true", out);
  if (end->ordinal)
    fprintf(out, ",\"end_event\":%" PRIu64, end->ordinal);
  else
    fputs(",\"ended\":false", out);
  write_site(perfetto, "end_site", end->site);
  if (slice->kind == SLICE_WAIT && end->ordinal && !end->is_success)
    fputs(",\"success\":false", out);
  if (!end->is_timed)
    fputs(",\"end_timed\":false", out);
  if (end->at_most > end->time)
    write_time(out, "at_most_us", end->at_most - slice->begin);
  putc('}', out);
}

static uint64_t length_of(const struct slice *slice, const struct slice_end *end) {
  return end->time > slice->begin ? end->time - slice->begin : 0;
}

/* Slices that nest nowhere: the format has begins and ends with a number for them, shown on a track of their own. */
static void write_async(struct perfetto *perfetto, uint32_t thread, const struct slice *slice, const struct slice_end *end) {
  uint32_t tid = perfetto_tid(perfetto, thread, 0);
  perfetto->n_async++;
  for (int is_end = 0; is_end < 2; is_end++) {
    line_begin(perfetto, is_end ? 'e' : 'b', tid);
    write_time(perfetto->out, "ts", slice->begin + (is_end ? length_of(slice, end) : 0));
    fprintf(perfetto->out, ",\"id\":\"0x%" PRIx64 "\"", perfetto->n_async);
    write_slice_name(perfetto, slice);
    if (!is_end)
      write_arguments(perfetto, thread, slice, end);
    putc('}', perfetto->out);
  }
}

void perfetto_write_slice(struct perfetto *perfetto, uint32_t thread, const struct slice *slice, const struct slice_end *end) {
  if (slice->row == ROW_ASYNC) {
    write_async(perfetto, thread, slice, end);
    return;
  }
  uint32_t tid = perfetto_tid(perfetto, thread, slice->row); /* may write its name first */
  line_begin(perfetto, 'X', tid);
  write_time(perfetto->out, "ts", slice->begin);
  write_time(perfetto->out, "dur", length_of(slice, end));
  write_slice_name(perfetto, slice);
  write_arguments(perfetto, thread, slice, end);
  putc('}', perfetto->out);
}

void perfetto_write_mark(struct perfetto *perfetto, const struct point *point) {
  uint32_t tid = perfetto_tid(perfetto, point->thread, 0);
  bool has_operand = point->object != NO_INDEX || point->target != NO_INDEX;
  line_begin(perfetto, 'X', tid);
  write_time(perfetto->out, "ts", point->time);
  fprintf(perfetto->out, ",\"dur\":0,\"cat\":\"event\",\"name\":\"%s%s%s\",\"args\":{\"event\":%" PRIu64, labels_op(point->op),
          has_operand ? " " : "", has_operand ? object_or_thread(perfetto, point->object, point->target) : "", point->ordinal);
  write_site(perfetto, "site", point->site);
  fputs("}}", perfetto->out);
}

static void write_flow_end(struct perfetto *perfetto, char phase, const char *category, const struct point *point) {
  line_begin(perfetto, phase, perfetto_tid(perfetto, point->thread, 0));
  write_time(perfetto->out, "ts", point->time);
  fprintf(perfetto->out, ",\"id\":%" PRIu64 ",\"bp\":\"e\",\"cat\":\"%s\",\"name\":\"%s\"}", perfetto->n_flows, category, category);
}

void perfetto_write_flow(struct perfetto *perfetto, const char *category, const struct point *from, const struct point *to) {
  perfetto->n_flows++;
  write_flow_end(perfetto, 's', category, from);
  write_flow_end(perfetto, 'f', category, to);
}

void perfetto_write_waiting(struct perfetto *perfetto, uint64_t time) {
  perfetto->counted_at = time > perfetto->counted_at ? time : perfetto->counted_at;
  line_begin(perfetto, 'C', perfetto->pid);
  write_time(perfetto->out, "ts", perfetto->counted_at);
  fprintf(perfetto->out, ",\"name\":\"waiting threads\",\"args\":{\"threads\":%" PRIu32 "}}", perfetto->n_waiting);
}
