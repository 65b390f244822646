/* export_traces.c - see export_traces.h. Each trace is read for its model and names, then once more for its events, unless the
 * format wants the events as they come. */
#include "commands/export_traces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/export_folder.h"
#include "commands/output.h"
#include "commands/paths.h"
#include "commands/progress.h"
#include "commands/usage.h"
#include "detect/heritage.h"
#include "findings/names.h"
#include "util/alloc.h"
#include "viz/export/exporter.h"
#include "viz/export/labels.h"

#define NS_A_SECOND 1000000000u
enum { BATCH = 1024 };

struct export {
  const struct exporter *exporter;
  struct inputs inputs;
  struct heritage heritage;
  struct export_output output;
  void *state; /* of the exporter */
  uint32_t n_done;
  bool has_trouble; /* and it has been said */
};

static bool has_failed(const struct export *export) {
  return export->output.error || (export->output.file && ferror(export->output.file));
}

/* Tell what cannot be opened and forget it. */
static void drop_unreadable(struct export *export) {
  struct inputs *inputs = &export->inputs;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < inputs->n_items; i++) {
    struct input *input = &inputs->items[i];
    if (!input->problem) {
      inputs->items[kept++] = *input;
      continue;
    }
    complain("%s", input->problem);
    export->has_trouble = true;
    free(input->path);
    free(input->problem);
  }
  inputs->n_items = kept;
}

static struct source *open_input(struct export *export, struct input *input) {
  struct source *source = input->source;
  char *problem = NULL;
  input->source = NULL;
  if (source || !source_open(input->path, &source, &problem))
    return source;
  complain("%s", problem);
  free(problem);
  export->has_trouble = true;
  return NULL;
}

/* The model may be NULL; `process` NULL: only the model is wanted. */
static void read_events(struct export *export, struct source *source, struct model *model, const struct export_process *process) {
  struct event *events = xcalloc(BATCH, sizeof *events);
  for (size_t n; !has_failed(export) && (n = source_read(source, events, BATCH));) {
    if (model)
      model->info = source_info(source);
    for (size_t i = 0; i < n; i++) {
      if (model) {
        model_judge(model, &events[i]);
        model_apply(model, &events[i]);
      }
      if (process)
        export->exporter->event(export->state, process, &events[i]);
    }
  }
  if (model)
    model->info = source_info(source);
  free(events);
}

/* Nanoseconds behind the first process; clocks of one machine, unless somebody put traces of several into a folder. */
static uint64_t start_of(const struct export *export, const struct input *input) {
  const struct input *first = &export->inputs.items[0];
  if (!input->ticks_per_s || !first->ticks_per_s || input->start_ticks < first->start_ticks)
    return 0;
  return (uint64_t)((long double)(input->start_ticks - first->start_ticks) * NS_A_SECOND / (long double)input->ticks_per_s);
}

static struct export_process process_of(const struct export *export, const struct input *input, struct source *source) {
  return (struct export_process){
      .number = export->n_done, .path = input->path, .info = source_info(source), .start_ns = start_of(export, input)};
}

static void stream_events(struct export *export, struct source *source, struct model *model, struct export_process *process) {
  export->exporter->process_begin(export->state, process);
  read_events(export, source, model, process);
  export->exporter->process_end(export->state, process);
  export->n_done++;
}

static void export_as_it_comes(struct export *export, struct input *input, struct source *source) {
  struct export_process process = process_of(export, input, source);
  stream_events(export, source, NULL, &process);
  export->has_trouble |= source_complain(source) != 0;
}

/* The second reading; `whole` is the model of the first. */
static void read_again(struct export *export, struct input *input, struct model *whole) {
  struct source *source = open_input(export, input);
  if (!source)
    return;
  struct symbols *symbols = symbols_new(whole->info);
  struct names *names = names_new(whole, symbols);
  struct model *model = model_new(source_info(source));
  heritage_give(&export->heritage, input, model);
  struct export_process process = process_of(export, input, source);
  process.model = model;
  process.whole = whole;
  process.labels = labels_new(whole, names, export->exporter->encode);
  stream_events(export, source, model, &process);
  labels_free(process.labels);
  model_free(model);
  names_free(names);
  symbols_free(symbols);
  source_close(source);
}

static void export_with_names(struct export *export, struct input *input, struct source *source) {
  struct model *whole = model_new(source_info(source));
  heritage_give(&export->heritage, input, whole);
  read_events(export, source, whole, NULL);
  export->has_trouble |= source_complain(source) != 0;
  if (!has_failed(export))
    read_again(export, input, whole);
  heritage_keep(&export->heritage, &export->inputs, input, whole);
  model_free(whole);
}

static void export_inputs(struct export *export) {
  export->state = xcalloc(1, export->exporter->state_size);
  export->exporter->begin(export->state, &export->output);
  for (uint32_t i = 0; i < export->inputs.n_items && !has_failed(export); i++) {
    struct source *source = open_input(export, &export->inputs.items[i]);
    if (!source)
      continue;
    (export->exporter->is_raw ? export_as_it_comes : export_with_names)(export, &export->inputs.items[i], source);
    source_close(source);
  }
  export->exporter->end(export->state);
  free(export->state);
}

static int open_output(struct export *export, const char *output) {
  if (export->exporter->is_folder) {
    export->output.folder = output;
    return export_folder_create(output);
  }
  export->output.file = output ? fopen(output, "we") : stdout;
  export->output.error = export->output.file ? 0 : errno;
  return 0;
}

static int close_output(struct export *export, const char *output) {
  FILE *file = export->output.file;
  bool is_bad = file && (ferror(file) | (file == stdout ? fflush(file) : fclose(file)));
  int error = export->output.error ? export->output.error : is_bad ? errno : 0;
  if (error || is_bad)
    complain("%s: cannot be written: %s", output ? output : "standard output", strerror(error ? error : EIO));
  return error || is_bad || export->has_trouble ? EXIT_TROUBLE : EXIT_CLEAN;
}

static int export_readable(struct export *export, const char *output) {
  const struct input *first = &export->inputs.items[0];
  export->output.n_processes = export->inputs.n_items;
  export->output.start_unix_ns = first->start_unix_ns;
  export->output.has_times = first->ticks_per_s != 0;
  if (output_check_trace(output, export->output.trace) || open_output(export, output))
    return EXIT_TROUBLE;
  struct progress progress;
  progress_begin(&progress, output || !isatty(STDOUT_FILENO)); /* it would be in the middle of the text */
  if (!export->output.error)
    export_inputs(export);
  progress_end(&progress);
  return close_output(export, output);
}

/* A pipe can be read once. */
static int check_trace(const struct exporter *exporter, const char *trace) {
  struct stat status;
  if (exporter->is_raw || stat(trace, &status) || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
    return 0;
  complain("%s: not a file; this format needs one, as it has to read it twice", trace);
  return EXIT_TROUBLE;
}

int export_traces(const struct exporter *exporter, const char *trace, const char *output) {
  if (check_trace(exporter, trace) || (output && !exporter->is_folder && output_check(output)))
    return EXIT_TROUBLE;
  char *path = xstrdup(trace);
  struct export export = {.exporter = exporter, .inputs = inputs_find(&path, 1), .output = {.trace = trace}};
  drop_unreadable(&export);
  int status = export.inputs.n_items ? export_readable(&export, output) : EXIT_TROUBLE;
  heritage_done(&export.heritage);
  inputs_done(&export.inputs);
  free(path);
  return status;
}
