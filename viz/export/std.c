/* std.c - the text trace that `inspector check` and other tools of the STD form read: what `inspector dump` prints.
 *
 * Names follow their events as the program gave them, so one reading is enough. docs/text-trace.md is the grammar. */
#include <stdlib.h>

#include "trace/text.h"
#include "util/text.h"
#include "viz/export/exporter.h"

struct std_export {
  const struct export_output *output;
  uint32_t n_names; /* written so far */
};

static void std_begin(void *state, struct export_output *output) {
  ((struct std_export *)state)->output = output;
}

static void std_process_begin(void *state, const struct export_process *process) {
  struct std_export *export = state;
  FILE *out = export->output->file;
  export->n_names = 0;
  if (export->output->n_processes > 1) {
    char *path = text_clean(process->path);
    fprintf(out, "%s# process %u of %u: %s\n", process->number ? "\n" : "", process->number + 1, export->output->n_processes, path);
    free(path);
  }
  text_write_header(out, process->info);
}

static void std_event(void *state, const struct export_process *process, const struct event *event) {
  struct std_export *export = state;
  text_write_event(export->output->file, process->info, event);
  text_write_names(export->output->file, process->info, event->ordinal, &export->n_names);
}

static void std_process_end(void *state, const struct export_process *process) {
  struct std_export *export = state;
  text_write_names(export->output->file, process->info, UINT64_MAX, &export->n_names);
  text_write_end(export->output->file, process->info);
}

static void std_end(void *state) {
  (void)state;
}

const struct exporter exporter_std = {
    .name = "std",
    .help = "text, one line an event, as 'inspector dump' prints it",
    .is_raw = true,
    .state_size = sizeof(struct std_export),
    .begin = std_begin,
    .process_begin = std_process_begin,
    .event = std_event,
    .process_end = std_process_end,
    .end = std_end,
};
