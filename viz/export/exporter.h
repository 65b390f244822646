/* exporter.h - the contract of every export format: traces as a stream of events into a file or a folder of some other tool's format.
 *
 * A trace is read twice, as names are only known at its end: the first reading gives `whole` and the labels, in the second
 * the events stream by. Indices of threads, objects and sites are the same in both. A trace may have ten million events: nothing that an
 * exporter keeps may grow with them, and names are looked up once each (labels.h). Exporters print nothing; what fails when
 * writing is left in output->error or in the file's own error flag, and ends the reading. */
#ifndef VIZ_EXPORTER_H
#define VIZ_EXPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "model/model.h"

struct labels;

struct export_output {
  const char *trace;      /* as the user named it */
  FILE *file;             /* NULL for a format that is a folder */
  const char *folder;     /* else NULL */
  uint64_t start_unix_ns; /* when the first process began; 0 unknown */
  uint32_t n_processes;   /* traces: a recording has one a process */
  bool has_times;         /* it is no text trace */
  int error;              /* errno of the first failure; set by the exporter */
};

/* The trace that is read now. */
struct export_process {
  uint32_t number;                /* from 0 */
  const char *path;               /* of its file */
  const struct source_info *info; /* of this reading: it grows */
  const struct model *model;      /* after the event's step; NULL for a raw format, here and below */
  const struct model *whole;      /* at the end of the trace; its info is complete */
  struct labels *labels;
  uint64_t start_ns; /* behind the beginning of the first process */
};

struct exporter {
  const char *name; /* of --format */
  const char *help; /* some words for it */
  bool is_folder;   /* its output is a folder */
  bool is_raw;      /* it needs neither model nor names: the trace is read once */
  size_t state_size;
  char *(*encode)(const char *name); /* what labels are in this format; NULL for a raw one */
  void (*begin)(void *state, struct export_output *output);
  void (*process_begin)(void *state, const struct export_process *process);
  void (*event)(void *state, const struct export_process *process, const struct event *event);
  void (*process_end)(void *state, const struct export_process *process);
  void (*end)(void *state); /* frees what the state holds; called after a failure, too */
};

#define EXPORTER(name) extern const struct exporter exporter_##name;
#include "viz/export/exporters.def"
#undef EXPORTER

extern const struct exporter *const exporters[]; /* ended by NULL */
const struct exporter *exporter_find(const char *name);

/* The event's time behind the beginning of the first process. Text traces have no times: there an event is a microsecond. */
uint64_t export_time_ns(const struct export_process *process, const struct event *event);
/* The thread that the event is about; NO_INDEX: none, or unknown. */
uint32_t export_target(const struct event *event);

#endif
