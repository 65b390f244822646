/* stats.c - inspector stats: which locks were busy, who waited for them and where. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/colour.h"
#include "commands/command.h"
#include "commands/output.h"
#include "commands/paths.h"
#include "commands/stats_picture.h"
#include "commands/stats_table.h"
#include "commands/usage.h"
#include "util/alloc.h"

enum { TOP_DEFAULT = 20, TOP_UNSET = -1 };

struct stats {
  const char *path, *output;
  const struct stats_column *column;
  int64_t top;
  int picture; /* enum picture_format; -1: a table */
  enum colour colour;
  bool is_json;
};

enum { KEY_COLOUR = 256 };

#define COLUMN(id, name, title, key, cell, value) " " name
static const char sort_help[] = "Greatest first by this column; default wait-total. There are"
#include "commands/stats_columns.def"
    ;

static const struct argp_option options_table[] = {
    {"sort", 's', "COLUMN", 0, sort_help, 0},
    {"top", 'n', "N", 0, "Only the first N locks, 0 for all; default 20, with --format json all", 0},
    {"format", 'f', "FORMAT", 0, "text (default) or json", 0},
    {"output", 'o', "FILE", 0,
     "Write to FILE instead of the standard output; a name that ends in .svg, .png, .pdf or .dot gets a picture instead of a table", 0},
    {"color", KEY_COLOUR, "WHEN", 0, "Colours: auto (default), always or never; NO_COLOR is honoured", 0},
    {0}};

static error_t parse_sort(struct stats *stats, const char *name) {
  stats->column = stats_column_find(name);
  if (stats->column)
    return 0;
  char *names = stats_column_names();
  usage_error("--sort: %s: no such column; there are %s", name, names);
  free(names);
  return EINVAL;
}

static error_t parse_stats_option(int key, char *argument, struct argp_state *state) {
  struct stats *stats = state->input;
  uint64_t number = 0;
  switch (key) {
  case 's':
    return parse_sort(stats, argument);
  case 'n':
    if (parse_number("--top", argument, 0, UINT32_MAX, &number))
      return EINVAL;
    stats->top = (int64_t)number;
    return 0;
  case 'f':
    stats->is_json = !strcmp(argument, "json");
    return stats->is_json || !strcmp(argument, "text") ? 0 : usage_error("--format: %s: no such format; there are text and json", argument);
  case 'o':
    stats->output = argument;
    stats->picture = picture_format_of(argument);
    return 0;
  case KEY_COLOUR:
    return colour_parse(argument, &stats->colour);
  case ARGP_KEY_ARG:
    if (stats->path)
      return usage_error("stats: %s: one recording at a time", argument);
    stats->path = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    return usage_error("stats: name a recording: a trace folder, a trace file or a text trace");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp stats_argp = {
    .options = options_table,
    .parser = parse_stats_option,
    .args_doc = "TRACE",
    .doc = "Print one row a lock: acquisitions, how many were contended, failed tries, wait and hold times, threads, the call sites "
           "that took it and the threads that held it.\v"
           "Times are in total, at most, and for half (p50) and 99 percent (p99) of all waits and sections. Only some sections are timed "
           "at both "
           "ends: the last line says how many. In a picture, hold times are those of all sections, estimated from the timed ones.",
};

static bool is_picture(const struct stats *stats) {
  return stats->output && stats->picture >= 0 && !stats->is_json;
}

static char *write_to(const struct stats *stats, const struct stats_table *table, FILE *out) {
  if (is_picture(stats))
    return stats_draw(table, &(struct stats_drawing){stats->path, (enum picture_format)stats->picture}, out);
  if (stats->is_json)
    stats_print_json(table, out);
  else
    stats_print_text(table, colour_is_wanted(stats->colour, out), out);
  return ferror(out) ? xstrdup(strerror(errno)) : NULL;
}

static int stats_print(const struct stats *stats, const struct stats_table *table) {
  FILE *out = stats->output ? fopen(stats->output, "we") : stdout;
  char *why = out ? write_to(stats, table, out) : xstrdup(strerror(errno));
  if (out && (stats->output ? fclose(out) : fflush(out)) && !why)
    why = xstrdup(strerror(errno));
  if (why)
    complain("%s: cannot be written: %s", stats->output ? stats->output : "standard output", why);
  int status = why ? EXIT_TROUBLE : EXIT_CLEAN;
  free(why);
  return status;
}

static int stats_run(const struct stats *stats) {
  char **paths = NULL;
  unsigned n = 0;
  if (stats->output && (output_check_trace(stats->output, stats->path) || output_check(stats->output)))
    return EXIT_TROUBLE;
  if (paths_expand(stats->path, &paths, &n))
    return EXIT_TROUBLE;
  struct stats_order order = {.compare = stats_compare_rows, .context = (void *)(uintptr_t)stats->column};
  order.limit = stats->top != TOP_UNSET ? (uint32_t)stats->top : stats->is_json ? 0 : TOP_DEFAULT;
  struct stats_table table = {0};
  int status = EXIT_CLEAN;
  unsigned n_bad = 0;
  for (unsigned i = 0; i < n; i++)
    if (stats_add_trace(&table, paths[i], &order))
      n_bad++;
  stats_cut(&table, &order);
  if (n_bad < n || table.n_rows)
    status = stats_print(stats, &table);
  stats_table_done(&table);
  paths_free(paths);
  return n_bad ? EXIT_TROUBLE : status;
}

int command_stats(int argc, char **argv) {
  struct stats stats = {.column = stats_column_find("wait-total"), .top = TOP_UNSET, .picture = -1};
  int status = command_parse(&stats_argp, "stats", 0, argc, argv, &stats);
  return status ? status : stats_run(&stats);
}
