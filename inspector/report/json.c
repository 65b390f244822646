/* json.c - findings for scripts: JSON version 1, as docs and the man page promise it. Keys keep their order, nothing in it
 * depends on time, and every string is valid UTF-8, whatever the traced program called its things. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "findings/triage.h"
#include "report/json_values.h"
#include "report/reporter.h"
#include "util/alloc.h"
#include "util/text.h"
struct json_report {
  FILE *out;
  const struct summary *summary;
  json_t *findings;
};

static json_t *strings_of(char *const *texts, uint32_t n) {
  json_t *array = json_array();
  for (uint32_t i = 0; i < n; i++)
    json_array_append_new(array, json_of_text(texts[i]));
  return array;
}

static json_t *frame_of(const struct frame *frame) {
  json_t *object = json_object();
  json_object_set_new(object, "function", json_of_text(frame->function));
  json_object_set_new(object, "file", json_of_text(frame->file));
  json_object_set_new(object, "line", frame->line ? json_integer(frame->line) : json_null());
  json_object_set_new(object, "module", json_of_text(frame->module));
  if (frame->module)
    json_object_set_new(object, "offset", json_of_number(frame->offset));
  json_object_set_new(object, "own", json_boolean(frame->is_own));
  if (frame->is_inlined)
    json_object_set_new(object, "inlined", json_true());
  if (frame->is_tail)
    json_object_set_new(object, "tail", json_true());
  return object;
}

static json_t *stack_of(const struct stack *stack) {
  json_t *array = json_array();
  for (uint32_t i = 0; i < stack->n_frames; i++)
    json_array_append_new(array, frame_of(&stack->frames[i]));
  return array;
}

static json_t *place_of(const struct finding_place *place) {
  json_t *object = json_object();
  json_object_set_new(object, "what", json_of_text(place->what));
  if (place->object_name)
    json_object_set_new(object, "object", json_of_text(place->object_name));
  if (place->thread_name)
    json_object_set_new(object, "thread", json_of_text(place->thread_name));
  if (place->ordinal)
    json_object_set_new(object, "event", json_of_number(place->ordinal));
  json_object_set_new(object, "stack", stack_of(&place->stack));
  return object;
}

static json_t *thread_of(const struct finding_thread *thread) {
  json_t *object = json_object(), *held_at = json_array(), *places = json_array();
  json_object_set_new(object, "thread", json_of_text(thread->name));
  json_object_set_new(object, "holds", strings_of(thread->hold_names, thread->n_holds));
  json_object_set_new(object, "wants", json_of_text(thread->wants_name));
  json_object_set_new(object, "event", thread->event ? json_of_number(thread->event) : json_null());
  json_object_set_new(object, "what", json_of_text(thread->what));
  json_object_set_new(object, "stack", stack_of(&thread->stack));
  for (uint32_t i = 0; i < thread->n_holds; i++)
    json_array_append_new(held_at, stack_of(&thread->held_stacks[i]));
  json_object_set_new(object, "held_at", held_at);
  for (uint32_t i = 0; i < thread->n_places; i++)
    json_array_append_new(places, place_of(&thread->places[i]));
  json_object_set_new(object, "places", places);
  return object;
}

static void set_fingerprint(json_t *object, uint64_t fingerprint) {
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, fingerprint);
  json_object_set_new(object, "fingerprint", json_string(text));
}

static void set_head(json_t *object, const struct finding *finding) {
  json_object_set_new(object, "id", json_of_text(finding->id));
  json_object_set_new(object, "kind", json_of_text(finding->kind));
  json_object_set_new(object, "verdict", json_of_text(verdict_text(finding->verdict)));
  json_object_set_new(object, "severity", json_of_text(severity_text(finding->severity)));
  set_fingerprint(object, finding->fingerprint);
  json_object_set_new(object, "message", json_of_text(finding->message));
  json_object_set_new(object, "reason", json_of_text(finding->reason));
  if (finding->benign)
    json_object_set_new(object, "benign", json_of_text(finding->benign));
  json_object_set_new(object, "instances", json_integer(finding->instances));
  json_object_set_new(object, "trace", json_of_text(finding->trace));
}

static json_t *witness_of(const struct witness *witness) {
  json_t *object = json_object(), *part = witness->n_order ? json_array() : json_object();
  for (uint32_t i = 0; i < witness->n_order; i++)
    json_array_append_new(part, json_of_number(witness->order[i]));
  for (uint32_t i = 0; i < witness->n_stops; i++) {
    char *thread = text_utf8(witness->stops[i].name);
    json_object_set_new(part, thread, json_of_number(witness->stops[i].n));
    free(thread);
  }
  json_object_set_new(object, witness->n_order ? "order" : "stop", part);
  return object;
}

/* What became of it: hidden, new, known, and the entry that hides it. */
static void set_triage(json_t *object, const struct finding *finding, const struct triage *triage) {
  if (finding->suppressed)
    json_object_set_new(object, "suppressed", json_of_text(finding->suppressed));
  if (finding->baseline != BASELINE_UNKNOWN)
    json_object_set_new(object, "baseline", json_string(finding->baseline == BASELINE_NEW ? "new" : "known"));
  if (!triage || !triage->wants_entries || finding->verdict == VERDICT_BENIGN)
    return;
  char *entry = suppression_for(finding);
  json_object_set_new(object, "suppression", json_of_text(entry));
  free(entry);
}

static json_t *fixed_of(const struct triage *triage) {
  json_t *array = json_array();
  for (uint32_t i = 0; i < triage->baseline->n_entries; i++) {
    const struct baseline_entry *entry = &triage->baseline->entries[i];
    if (!triage_is_fixed(triage, entry))
      continue;
    json_t *object = json_object();
    json_object_set_new(object, "kind", json_of_text(entry->kind));
    json_object_set_new(object, "verdict", json_of_text(verdict_text(entry->verdict)));
    set_fingerprint(object, entry->fingerprint);
    json_object_set_new(object, "message", json_of_text(entry->message));
    json_array_append_new(array, object);
  }
  return array;
}

static json_t *baseline_of(const struct triage *triage) {
  json_t *object = json_object();
  json_object_set_new(object, "file", json_of_text(triage->baseline->path));
  json_object_set_new(object, "new", json_of_number(triage->n_new));
  json_object_set_new(object, "known", json_of_number(triage->n_known));
  json_object_set_new(object, "fixed", fixed_of(triage));
  return object;
}

static json_t *finding_of(const struct finding *finding, const struct summary *summary) {
  json_t *object = json_object(), *threads = json_array(), *events = json_array();
  set_head(object, finding);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    json_array_append_new(threads, thread_of(&finding->threads[i]));
  for (uint32_t i = 0; i < finding->n_events; i++)
    json_array_append_new(events, json_of_number(finding->events[i]));
  json_object_set_new(object, "threads", threads);
  json_object_set_new(object, "events", events);
  if (finding->witness.n_order || finding->witness.n_stops)
    json_object_set_new(object, "witness", witness_of(&finding->witness));
  set_triage(object, finding, summary->triage);
  return object;
}

static const char *accesses_text(enum accesses accesses) {
  switch (accesses) {
  case ACCESSES_NONE:
    return "none";
  case ACCESSES_PARTIAL:
    return "partial";
  case ACCESSES_COMPLETE:
    return "complete";
  }
  return "none";
}

static json_t *benign_of(const struct summary *summary) {
  json_t *object = json_object();
  json_object_set_new(object, "cycles", json_of_number(summary->n_benign_cycles));
  for (size_t i = 0; benign_texts[i]; i++)
    if (summary->n_benign[i])
      json_object_set_new(object, benign_texts[i], json_of_number(summary->n_benign[i]));
  return object;
}

static json_t *summary_of(const struct summary *summary) {
  json_t *object = json_object();
  json_object_set_new(object, "events", json_of_number(summary->n_events));
  json_object_set_new(object, "threads", json_of_number(summary->n_threads));
  json_object_set_new(object, "locks", json_of_number(summary->n_locks));
  json_object_set_new(object, "dropped", json_of_number(summary->dropped));
  json_object_set_new(object, "accesses", json_string(accesses_text(summary->accesses)));
  json_object_set_new(object, "libraries", json_of_number(summary->n_libraries));
  json_object_set_new(object, "processes", json_of_number(summary->n_processes));
  json_object_set_new(object, "order_repaired", json_of_number(summary->order_repaired));
  json_object_set_new(object, "contradictions", json_of_number(summary->contradictions));
  json_object_set_new(object, "failing", json_of_number(summary->n_failing));
  if (summary->triage)
    json_object_set_new(object, "suppressed", json_of_number(summary->triage->n_suppressed));
  json_object_set_new(object, "benign", benign_of(summary));
  return object;
}

static void *json_begin(FILE *out, const struct summary *summary) {
  struct json_report *report = xcalloc(1, sizeof *report);
  *report = (struct json_report){.out = out, .summary = summary, .findings = json_array()};
  return report;
}

static void json_finding(void *state, const struct finding *finding) {
  struct json_report *report = state;
  if (finding->verdict != VERDICT_BENIGN || report->summary->show_all)
    json_array_append_new(report->findings, finding_of(finding, report->summary));
}

static void json_end(void *state) {
  struct json_report *report = state;
  const struct summary *summary = report->summary;
  json_t *root = json_object();
  json_object_set_new(root, "version", json_integer(1));
  json_object_set_new(root, "tool", json_string("inspector"));
  json_object_set_new(root, "traces", strings_of(summary->traces, summary->n_traces));
  json_object_set_new(root, "summary", summary_of(summary));
  if (summary->triage && summary->triage->baseline)
    json_object_set_new(root, "baseline", baseline_of(summary->triage));
  json_object_set_new(root, "findings", report->findings);
  json_object_set_new(root, "notes", strings_of(summary->notes, summary->n_notes));
  json_dumpf(root, report->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  fputc('\n', report->out);
  json_decref(root);
  free(report);
}

const struct reporter reporter_json = {.name = "json", .extension = "json", .begin = json_begin, .finding = json_finding, .end = json_end};
