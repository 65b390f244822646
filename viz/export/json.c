/* json.c - a recording as one JSON document, version 1: docs/export.md tells it field by field.
 *
 * Tables first (threads, objects, sites: all known from the first reading), then the events. Every element of a table and every event is a
 * line of its own, with the names in it, so that grep, awk and a JSON reader for single lines do as well as a reader for the whole,
 * which has to be a streaming one for millions of events. What is not known is left out. */
#include <inttypes.h>
#include <stdlib.h>

#include "findings/names.h"
#include "findings/symbolize.h"
#include "trace/text_words.h"
#include "viz/export/exporter.h"
#include "viz/export/json_text.h"
#include "viz/export/labels.h"

struct json_export {
  const struct export_output *output;
  const char *separator; /* before the next event */
};

static void write_text(FILE *out, const char *key, const char *text) {
  if (!text)
    return;
  char *escaped = json_text(text);
  fprintf(out, ",\"%s\":\"%s\"", key, escaped);
  free(escaped);
}

/* "key":["a","b"], of the words whose bits are set; nothing if none is. */
static void write_words(FILE *out, const char *key, const struct text_word *words, uint32_t bits) {
  const char *separator = "";
  for (; words->word; words++) {
    if (!(bits & words->value))
      continue;
    if (!*separator)
      fprintf(out, ",\"%s\":[", key);
    fprintf(out, "%s\"%s\"", separator, words->word);
    separator = ",";
  }
  if (*separator)
    putc(']', out);
}

static void write_kind(FILE *out, uint16_t kind) {
  fprintf(out, ",\"kind\":\"%s\"", text_kind_word(kind));
  write_words(out, "types", text_types, kind);
}

/* The tables. */

static void write_thread(FILE *out, const struct export_process *process, uint32_t index) {
  const struct source_thread *thread = &process->whole->info->threads[index];
  fprintf(out, "{\"thread\":%" PRIu32 ",\"name\":\"%s\"", index, labels_thread(process->labels, index));
  if (thread->number)
    fprintf(out, ",\"number\":%" PRIu32, thread->number);
  if (thread->native_id)
    fprintf(out, ",\"tid\":%" PRIu32, thread->native_id);
  if (index < process->whole->n_threads) {
    const struct thread *state = &process->whole->threads[index];
    if (state->kind)
      fprintf(out, ",\"kind\":\"%s\"", text_kind_word(state->kind));
    if (state->creator != NO_INDEX)
      fprintf(out, ",\"creator\":%" PRIu32 ",\"created_at\":%" PRIu32, state->creator, state->create_site);
    fprintf(out, ",\"ended\":%s", state->state == THREAD_ENDED ? "true" : "false");
  }
  putc('}', out);
}

static void write_object(FILE *out, const struct export_process *process, uint32_t index) {
  const struct object *object = &process->whole->objects[index];
  const struct source_info *info = process->whole->info;
  fprintf(out, "{\"object\":%" PRIu32 ",\"name\":\"%s\"", index, labels_object(process->labels, index));
  write_kind(out, object->kind);
  if (object->place < info->n_places && info->places[object->place].address)
    fprintf(out, ",\"address\":\"0x%" PRIx64 "\"", info->places[object->place].address);
  fprintf(out, ",\"generation\":%" PRIu32 ",\"first_event\":%" PRIu64 ",\"first_at\":%" PRIu32 "}", object->generation,
          object->first_ordinal, object->first_site);
}

static void write_frame(FILE *out, const struct frame *frame, const char *separator) {
  fprintf(out, "%s{\"own\":%s", separator, frame->is_own ? "true" : "false");
  write_text(out, "function", frame->function);
  write_text(out, "file", frame->file);
  if (frame->line)
    fprintf(out, ",\"line\":%d", frame->line);
  write_text(out, "module", frame->module);
  if (frame->module)
    fprintf(out, ",\"offset\":%" PRIu64, frame->offset);
  if (frame->is_inlined)
    fputs(",\"inlined\":true", out);
  putc('}', out);
}

static void write_site(FILE *out, const struct export_process *process, uint32_t index) {
  struct stack stack = names_site(labels_names(process->labels), index);
  fprintf(out, "{\"site\":%" PRIu32 ",\"at\":\"%s\",\"frames\":[", index, labels_site(process->labels, index));
  for (uint32_t i = 0; i < stack.n_frames; i++)
    write_frame(out, &stack.frames[i], i ? "," : "");
  fputs("]}", out);
  stack_done(&stack);
}

static void write_table(FILE *out, const struct export_process *process, const char *key, uint32_t n,
                        void (*write_row)(FILE *out, const struct export_process *process, uint32_t index)) {
  fprintf(out, ",\n\"%s\":[", key);
  for (uint32_t i = 0; i < n; i++) {
    fputs(i ? ",\n" : "\n", out);
    write_row(out, process, i);
  }
  fputs("\n]", out);
}

static void write_head(FILE *out, const struct export_process *process) {
  const struct source_info *info = process->whole->info;
  fprintf(out, "{\"process\":%" PRIu32, process->number);
  if (!info->is_text)
    fprintf(out, ",\"pid\":%" PRIu32, info->pid);
  write_text(out, "program", info->program);
  write_text(out, "arguments", info->arguments);
  write_text(out, "trace", process->path);
  if (!info->is_text)
    fprintf(out, ",\"start_ns\":%" PRIu64 ",\"start_unix_ns\":%" PRIu64, process->start_ns, info->start_unix_ns);
  if (info->parent_pid)
    fprintf(out, ",\"parent_pid\":%" PRIu32, info->parent_pid);
  fprintf(out, ",\"ended_in_order\":%s,\"dropped\":%" PRIu64 ",\"n_events\":%" PRIu64, info->ended_in_order ? "true" : "false",
          info->dropped, info->n_events);
}

/* Events. */

static void write_operand(FILE *out, const struct export_process *process, const struct event *event) {
  const struct text_word *word = text_op_of(event->op);
  uint8_t operand = word ? word->operand : OPERAND_NONE;
  if (operand == OPERAND_VARIABLE) {
    char *name = labels_variable(process->labels, event->place);
    fprintf(out, ",\"variable\":\"%s\"", name);
    free(name);
  } else if (operand == OPERAND_THREAD && event->target != NO_INDEX) {
    fprintf(out, ",\"target\":%" PRIu32 ",\"target_name\":\"%s\"", event->target, labels_thread(process->labels, event->target));
  }
  if (event->object != NO_INDEX) {
    fprintf(out, ",\"object\":%" PRIu32 ",\"object_name\":\"%s\"", event->object, labels_object(process->labels, event->object));
    write_kind(out, event->kind);
  }
  if (event->object2 != NO_INDEX && event->place2 != NO_INDEX && (event->op == TRACE_WAIT || event->op == TRACE_WAKE))
    fprintf(out, ",\"mutex\":%" PRIu32 ",\"mutex_name\":\"%s\"", event->object2, labels_object(process->labels, event->object2));
}

static void write_attributes(FILE *out, const struct export_process *process, const struct event *event) {
  char room[RESULT_BYTES];
  write_words(out, "mode", text_modes, event->mode);
  if (event->op == TRACE_REL_ODD)
    fputs(",\"odd\":true", out);
  if (event->value)
    fprintf(out, ",\"value\":%" PRIu64, event->value);
  if (event->result)
    fprintf(out, ",\"result\":\"%s\"", labels_result(event->result, room));
  if (event->site)
    fprintf(out, ",\"site\":%" PRIu32 ",\"at\":\"%s\"", event->site, labels_site(process->labels, event->site));
}

static void json_event(void *state, const struct export_process *process, const struct event *event) {
  struct json_export *export = state;
  FILE *out = export->output->file;
  fprintf(out, "%s\n{\"event\":%" PRIu64, export->separator, event->ordinal);
  export->separator = ",";
  if (!process->info->is_text)
    fprintf(out, ",\"time_ns\":%" PRIu64, event->time_ns);
  fprintf(out, ",\"thread\":%" PRIu32 ",\"thread_name\":\"%s\",\"op\":\"%s\"", event->thread, labels_thread(process->labels, event->thread),
          labels_op(event->op));
  write_operand(out, process, event);
  write_attributes(out, process, event);
  putc('}', out);
}

/* The document. */

static void json_begin(void *state, struct export_output *output) {
  struct json_export *export = state;
  export->output = output;
  fputs("{\"version\":1,\"tool\":\"inspector\"", output->file);
  write_text(output->file, "trace", output->trace);
  fputs(",\"processes\":[", output->file);
}

static void json_process_begin(void *state, const struct export_process *process) {
  struct json_export *export = state;
  FILE *out = export->output->file;
  const struct model *whole = process->whole;
  fputs(process->number ? ",\n" : "\n", out);
  write_head(out, process);
  write_table(out, process, "threads", whole->info->n_threads, write_thread);
  write_table(out, process, "objects", whole->n_objects, write_object);
  write_table(out, process, "sites", whole->info->n_sites, write_site);
  fputs(",\n\"events\":[", out);
  export->separator = "";
}

static void json_process_end(void *state, const struct export_process *process) {
  (void)process;
  fputs("\n]}", ((struct json_export *)state)->output->file);
}

static void json_end(void *state) {
  fputs("\n]}\n", ((struct json_export *)state)->output->file);
}

const struct exporter exporter_json = {
    .name = "json",
    .help = "one JSON document, an event a line",
    .state_size = sizeof(struct json_export),
    .encode = json_text,
    .begin = json_begin,
    .process_begin = json_process_begin,
    .event = json_event,
    .process_end = json_process_end,
    .end = json_end,
};
