/* perfetto.c - Chrome's Trace Event Format in JSON, which ui.perfetto.dev and chrome://tracing open.
 *
 * The format: docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. How Perfetto takes it was read in its importer
 * (src/trace_processor/importers/json, common/slice_tracker.cc, common/flow_tracker.cc, sorter/trace_sorter.h): lines are sorted by time,
 * of equal times the longest slice first; a slice that overlaps another one of its track is dropped; an arrow belongs to the slice that
 * began last on its track. Names of threads are found by tid alone, so every track has a tid that no other process uses. Shown are locks,
 * waits and what lets others go on; reads and writes of memory are left out. */
#include "viz/export/perfetto.h"

#include <inttypes.h>
#include <stdlib.h>

#include "findings/own_code.h"
#include "util/alloc.h"
#include "viz/export/json_text.h"

#define FIRST_MADE_ID 5000000u /* behind what Linux gives: PID_MAX_LIMIT is 4194304 */

enum id_space { ID_OF_THREAD, ID_OF_PROCESS };

/* `id` if it is one and free, else a new one. */
static uint32_t claim_id(struct perfetto *perfetto, enum id_space space, uint32_t id) {
  uint32_t *is_used = id ? key_map_at(&perfetto->used_ids, (uint64_t)space << 32 | id) : NULL;
  if (!is_used || *is_used)
    return perfetto->next_id++;
  *is_used = 1;
  return id;
}

static void name_track(struct perfetto *perfetto, uint32_t thread, uint8_t row) {
  uint32_t tid = perfetto->lanes[thread].tids[row];
  char *suffix = row > 1 ? xasprintf(" (not nested %u)", row) : xstrdup(row ? " (not nested)" : "");
  perfetto_write_name(perfetto, "thread_name", tid, labels_thread(perfetto->process->labels, thread), suffix);
  perfetto_write_sort_index(perfetto, "thread_sort_index", tid, thread * MAX_ROWS + row);
  free(suffix);
}

uint32_t perfetto_tid(struct perfetto *perfetto, uint32_t thread, uint8_t row) {
  uint32_t *tid = &perfetto->lanes[thread].tids[row];
  if (*tid)
    return *tid;
  const struct source_info *info = perfetto->process->info;
  uint32_t native = info->is_text ? thread + 1 : thread < info->n_threads ? info->threads[thread].native_id : 0;
  *tid = claim_id(perfetto, ID_OF_THREAD, row ? 0 : native);
  name_track(perfetto, thread, row);
  return *tid;
}

static void perfetto_begin(void *state, struct export_output *output) {
  struct perfetto *perfetto = state;
  perfetto->output = output;
  perfetto->out = output->file;
  perfetto->separator = "";
  perfetto->next_id = FIRST_MADE_ID;
  fputs("{\"traceEvents\":[", perfetto->out);
}

static char *process_name(const struct source_info *info, const char *path) {
  if (info->is_text || !info->program)
    return xstrdup(base_name(path));
  return xasprintf("%s (%" PRIu32 ")", base_name(info->program), info->pid);
}

static void perfetto_process_begin(void *state, const struct export_process *process) {
  struct perfetto *perfetto = state;
  perfetto->process = process;
  perfetto->first = UINT64_MAX;
  perfetto->last = perfetto->counted_at = 0;
  perfetto->n_waiting = 0;
  uint32_t pid = process->info->is_text ? 1 : process->info->pid;
  perfetto->pid = claim_id(perfetto, ID_OF_PROCESS, pid); /* exec leaves two traces with one number */
  char *name = process_name(process->info, process->path), *escaped = json_text_shown(name);
  perfetto_write_name(perfetto, "process_name", perfetto->pid, escaped, "");
  perfetto_write_sort_index(perfetto, "process_sort_index", perfetto->pid, process->number);
  free(name);
  free(escaped);
}

static void perfetto_event(void *state, const struct export_process *process, const struct event *event) {
  struct perfetto *perfetto = state;
  perfetto->process = process;
  perfetto_lanes_event(perfetto, event);
}

static void perfetto_process_end(void *state, const struct export_process *process) {
  struct perfetto *perfetto = state;
  perfetto->process = process;
  if (perfetto->n_lanes)
    perfetto_lanes_end(perfetto);
  for (uint32_t i = 0; i < perfetto->n_lanes; i++)
    free(perfetto->lanes[i].open);
  free(perfetto->lanes);
  free(perfetto->objects);
  perfetto->lanes = NULL;
  perfetto->objects = NULL;
  perfetto->n_lanes = perfetto->lane_capacity = perfetto->n_objects = perfetto->object_capacity = 0;
}

static void perfetto_end(void *state) {
  struct perfetto *perfetto = state;
  char *trace = json_text_shown(perfetto->output->trace);
  bool has_times = perfetto->output->has_times;
  fprintf(perfetto->out, "\n],\n\"otherData\":{\"tool\":\"inspector\",\"version\":\"%s\",\"trace\":\"%s\",\"time\":\"%s\"", TRACK_VERSION,
          trace, has_times ? "since the first process began" : "a text trace has no times: one event (a line) is one microsecond");
  if (perfetto->output->start_unix_ns)
    fprintf(perfetto->out, ",\"start_unix_ns\":\"%" PRIu64 "\"", perfetto->output->start_unix_ns);
  fputs("}}\n", perfetto->out);
  key_map_done(&perfetto->used_ids);
  free(trace);
}

const struct exporter exporter_perfetto = {
    .name = "perfetto",
    .help = "for ui.perfetto.dev and chrome://tracing",
    .state_size = sizeof(struct perfetto),
    .encode = json_text_shown,
    .begin = perfetto_begin,
    .process_begin = perfetto_process_begin,
    .event = perfetto_event,
    .process_end = perfetto_process_end,
    .end = perfetto_end,
};
