/* ctf.c - the Common Trace Format 1.8, which babeltrace2 and Trace Compass read: a folder of a file `metadata` and streams.
 *
 * One stream a process, and not one a thread: readers put streams together by time, and the times of a recording are less exact than
 * the order of its events, which one stream keeps as it is; a program may also have ten thousand threads, and so many files
 * would have to be open at once. Names are texts in the records, not enumerations of the metadata: those would have to be searched
 * for every event, and there may be a million objects. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "trace/text_words.h"
#include "util/text.h"
#include "viz/export/ctf.h"
#include "viz/export/labels.h"

struct ctf_export {
  struct export_output *output;
  struct ctf_stream stream;
  bool has_metadata;
};

static void note_error(struct ctf_export *export, int error) {
  if (error && !export->output->error)
    export->output->error = error;
}

static void put_u16(struct ctf_stream *stream, uint16_t number) {
  number = htole16(number);
  ctf_put(stream, &number, sizeof number);
}

static void put_u32(struct ctf_stream *stream, uint32_t number) {
  number = htole32(number);
  ctf_put(stream, &number, sizeof number);
}

static void put_u64(struct ctf_stream *stream, uint64_t number) {
  number = htole64(number);
  ctf_put(stream, &number, sizeof number);
}

/* The kernel's, or the thread's number in the trace. */
static uint32_t tid_of(const struct export_process *process, uint32_t thread) {
  const struct source_info *info = process->whole->info;
  uint32_t native = thread < info->n_threads ? info->threads[thread].native_id : 0;
  return native ? native : thread + 1;
}

static void put_object(struct ctf_stream *stream, const struct export_process *process, const struct event *event) {
  const struct source_info *info = process->info;
  uint8_t kind = (uint8_t)TRACE_KIND_OF(event->kind);
  ctf_put_text(stream, labels_object(process->labels, event->object));
  put_u32(stream, event->object);
  put_u64(stream, event->place < info->n_places ? info->places[event->place].address : 0);
  ctf_put(stream, &kind, sizeof kind);
  if (event->op != TRACE_WAIT && event->op != TRACE_WAKE)
    return;
  bool has_mutex = event->place2 != NO_INDEX && event->object2 != NO_INDEX;
  ctf_put_text(stream, has_mutex ? labels_object(process->labels, event->object2) : "");
  put_u32(stream, has_mutex ? event->object2 : NO_INDEX);
}

static void put_operand(struct ctf_stream *stream, const struct export_process *process, const struct event *event) {
  const struct text_word *word = text_op_of(event->op);
  char *name;
  switch (word ? word->operand : OPERAND_NONE) {
  case OPERAND_OBJECT:
    put_object(stream, process, event);
    break;
  case OPERAND_THREAD:
    ctf_put_text(stream, labels_thread(process->labels, event->target));
    put_u32(stream, event->target == NO_INDEX ? 0 : tid_of(process, event->target));
    break;
  case OPERAND_VARIABLE:
    name = labels_variable(process->labels, event->place);
    ctf_put_text(stream, name);
    free(name);
    break;
  default:
    break;
  }
}

static void ctf_event(void *state, const struct export_process *process, const struct event *event) {
  struct ctf_export *export = state;
  struct ctf_stream *stream = &export->stream;
  if (!text_op_of(event->op) || export->output->error)
    return;
  uint64_t time = export_time_ns(process, event);
  stream->record_time = time > stream->last_time ? time : stream->last_time;
  put_u16(stream, event->op);
  put_u64(stream, stream->record_time);
  put_u64(stream, event->ordinal);
  put_u32(stream, process->info->pid);
  put_u32(stream, tid_of(process, event->thread));
  ctf_put_text(stream, labels_thread(process->labels, event->thread));
  put_operand(stream, process, event);
  ctf_put_text(stream, labels_mode(process->labels, event->mode));
  put_u64(stream, event->value);
  put_u32(stream, (uint32_t)event->result);
  ctf_put_text(stream, labels_site(process->labels, event->site));
  note_error(export, ctf_record_end(stream));
}

static void ctf_begin(void *state, struct export_output *output) {
  ((struct ctf_export *)state)->output = output;
}

static void ctf_process_begin(void *state, const struct export_process *process) {
  struct ctf_export *export = state;
  if (!export->has_metadata)
    note_error(export, ctf_metadata_write(export->output, process));
  export->has_metadata = true;
  note_error(export, ctf_stream_open(&export->stream, export->output->folder, process->number));
}

static void ctf_process_end(void *state, const struct export_process *process) {
  struct ctf_export *export = state;
  note_error(export, ctf_stream_close(&export->stream, process->whole->info->dropped));
}

static void ctf_end(void *state) {
  (void)state;
}

const struct exporter exporter_ctf = {
    .name = "ctf",
    .help = "a folder in the Common Trace Format 1.8, for babeltrace2 and Trace Compass",
    .is_folder = true,
    .state_size = sizeof(struct ctf_export),
    .encode = text_clean,
    .begin = ctf_begin,
    .process_begin = ctf_process_begin,
    .event = ctf_event,
    .process_end = ctf_process_end,
    .end = ctf_end,
};
