/* recording.h - what the first page of a recording says while and after it is written. */
#ifndef INSPECTOR_RECORDING_H
#define INSPECTOR_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "track/trace.h"

/* False if there is no such file or it is not a recording of this version. */
bool recording_header(const char *path, struct trace_header *ret_header);

/* All recordings of a folder together. */
struct recording_totals {
  unsigned n_processes;
  uint64_t n_lanes, lost_threads, dropped, write_errors;
  uint32_t write_errno; /* of a failed write */
};

struct recording_totals recording_totals(const char *folder);

#endif
