/* exporters.c - the export formats by name, and what all of them ask of an event. */
#include <string.h>

#include "viz/export/exporter.h"

/* Later times, which only a damaged trace has, would leave the range that readers of the formats compute in (2^63 ns with the time of day
 * added). */
#define LATEST_NS (UINT64_C(1) << 60)
#define NS_AN_EVENT 1000u

const struct exporter *const exporters[] = {
#define EXPORTER(name) &exporter_##name,
#include "viz/export/exporters.def"
#undef EXPORTER
    NULL,
};

const struct exporter *exporter_find(const char *name) {
  for (const struct exporter *const *exporter = exporters; *exporter; exporter++)
    if (!strcmp((*exporter)->name, name))
      return *exporter;
  return NULL;
}

uint32_t export_target(const struct event *event) {
  enum { NONE, OBJECT, THREAD, VARIABLE };
  static const uint8_t operands[TRACE_OP_LIMIT] = {
#define EVENT(name, code, text, operand, flags) [code] = operand,
#include "track/events.def"
  };
  return event->op < TRACE_OP_LIMIT && operands[event->op] == THREAD ? event->target : NO_INDEX;
}

uint64_t export_time_ns(const struct export_process *process, const struct event *event) {
  uint64_t time = event->time_ns;
  if (process->info->is_text)
    time = event->ordinal < LATEST_NS / NS_AN_EVENT ? event->ordinal * NS_AN_EVENT : LATEST_NS;
  if (time > LATEST_NS || process->start_ns > LATEST_NS - time)
    return LATEST_NS;
  return process->start_ns + time;
}
