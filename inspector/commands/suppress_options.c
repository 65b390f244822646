/* suppress_options.c - argp child parser: files of suppressions and the baseline are read where they are named, so that a wrong line
 * costs its one line before any work. */
#include "commands/suppress_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/output.h"
#include "commands/usage.h"
#include "detect/detector.h"
#include "report/reporter.h"
#include "util/alloc.h"
#include "util/text.h"

enum { KEY_SUPPRESS = 0x600, KEY_NO_DEFAULTS, KEY_SHOW, KEY_GENERATE, KEY_BASELINE, KEY_WRITE_BASELINE, CHUNK_BYTES = 65536 };

static const struct argp_option options_table[] = {
    {"suppress", KEY_SUPPRESS, "FILE", 0,
     "Do not show the findings that FILE names, in the syntax of ThreadSanitizer, of Valgrind, or ours; may be repeated", 3},
    {"gen-suppressions", KEY_GENERATE, "FILE", OPTION_ARG_OPTIONAL,
     "Show with each finding the entry that hides it and no other, or write all entries to FILE", 3},
    {"no-default-suppressions", KEY_NO_DEFAULTS, NULL, 0, "Do without the built-in entries for what is known to be harmless", 3},
    {"show-suppressions", KEY_SHOW, NULL, 0, "Print the built-in entries with their reasons, and nothing else", 3},
    {"baseline", KEY_BASELINE, "FILE", 0, "Findings that are in FILE are known: only new ones make the exit status", 3},
    {"write-baseline", KEY_WRITE_BASELINE, "FILE", 0, "Write the findings to FILE, for --baseline", 3},
    {0}};

/* The whole file, with a zero behind it; NULL after one line. */
static char *read_file(const char *path, size_t *ret_bytes) {
  FILE *in = fopen(path, "re");
  char *text = NULL;
  size_t n_bytes = 0, n = 1;
  while (in && n) {
    text = xreallocarray(text, n_bytes + CHUNK_BYTES + 1, 1);
    n = fread(text + n_bytes, 1, CHUNK_BYTES, in);
    n_bytes += n;
  }
  if (!in || ferror(in)) {
    complain("%s: cannot be read: %s", path, strerror(errno));
    free(text);
    text = NULL;
  } else {
    text[n_bytes] = '\0';
    *ret_bytes = n_bytes;
  }
  if (in)
    fclose(in);
  return text;
}

/* Strangers' bytes may be in it. Frees the error. */
static error_t complain_error(char *error) {
  char *clean = text_clean(error);
  complain("%s", clean);
  free(clean);
  free(error);
  return EINVAL;
}

static error_t read_suppressions(struct suppress_options *options, const char *path) {
  size_t n_bytes = 0;
  char *text = read_file(path, &n_bytes), *error = NULL;
  if (!text)
    return EINVAL;
  int status = suppressions_parse(&options->suppressions, path, text, n_bytes, &error);
  free(text);
  return status ? complain_error(error) : 0;
}

static error_t read_baseline(struct suppress_options *options, const char *path) {
  if (options->has_baseline)
    return usage_error("--baseline: give one file; git merges several into one");
  size_t n_bytes = 0;
  char *text = read_file(path, &n_bytes), *error = NULL;
  if (!text)
    return EINVAL;
  options->has_baseline = true;
  int status = baseline_parse(&options->baseline, path, text, n_bytes, &error);
  free(text);
  return status ? complain_error(error) : 0;
}

static void init(struct suppress_options *options) {
  size_t n = 0;
  while (detectors[n])
    n++;
  *options = (struct suppress_options){.kinds = xcalloc(n + 1, sizeof *options->kinds)};
  for (size_t i = 0; i < n; i++)
    options->kinds[i] = detectors[i]->id;
  suppressions_init(&options->suppressions, options->kinds);
}

/* As --help does. */
static void show_defaults(void) {
  char *text = suppressions_defaults_text();
  fputs(*text ? text : "# There are none.\n", stdout);
  free(text);
  exit(fflush(stdout) ? EXIT_TROUBLE : EXIT_CLEAN);
}

static error_t parse_suppress_option(int key, char *argument, struct argp_state *state) {
  struct suppress_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    init(options);
    return 0;
  case KEY_SUPPRESS:
    return read_suppressions(options, argument);
  case KEY_NO_DEFAULTS:
    options->has_no_defaults = true;
    return 0;
  case KEY_SHOW:
    show_defaults();
    return 0;
  case KEY_GENERATE:
    options->wants_entries = !argument;
    options->entries_path = argument;
    return 0;
  case KEY_BASELINE:
    return read_baseline(options, argument);
  case KEY_WRITE_BASELINE:
    options->baseline_path = argument;
    return 0;
  case ARGP_KEY_SUCCESS:
    if (!options->has_no_defaults)
      suppressions_add_defaults(&options->suppressions);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp suppress_argp = {.options = options_table, .parser = parse_suppress_option};

void suppress_options_done(struct suppress_options *options) {
  suppressions_done(&options->suppressions);
  baseline_done(&options->baseline);
  free(options->kinds);
  options->kinds = NULL;
}

int suppress_check_output(const struct suppress_options *options) {
  int status = options->baseline_path ? output_check(options->baseline_path) : 0;
  return status || !options->entries_path ? status : output_check(options->entries_path);
}

/* The notes become the summary's. */
static void move_notes(struct triage *triage, struct summary *summary) {
  summary->notes = xreallocarray(summary->notes, summary->n_notes + triage->n_notes + 1, sizeof *summary->notes);
  for (uint32_t i = 0; i < triage->n_notes; i++)
    summary->notes[summary->n_notes++] = triage->notes[i];
  triage->n_notes = 0;
}

void suppress_triage(struct suppress_options *options, const char *const *only, struct findings *findings, struct summary *summary,
                     struct triage *ret_triage) {
  *ret_triage = (struct triage){.suppressions = &options->suppressions,
                                .baseline = options->has_baseline ? &options->baseline : NULL,
                                .only = only,
                                .wants_entries = options->wants_entries};
  triage_findings(ret_triage, findings);
  if (!summary->show_all)
    triage_drop_suppressed(findings);
  move_notes(ret_triage, summary);
  summary->triage = ret_triage;
}

static bool write_file(const char *path, const char *text) {
  FILE *out = fopen(path, "we");
  bool is_good = out && fputs(text, out) >= 0;
  is_good = out && fclose(out) == 0 && is_good;
  if (!is_good)
    complain("%s: cannot be written: %s", path, strerror(errno));
  return is_good;
}

static char *entries_text(const struct findings *findings) {
  char *text = xstrdup("");
  for (size_t i = 0; i < findings->n_items; i++) {
    const struct finding *finding = findings->items[i];
    if (finding->verdict == VERDICT_BENIGN || finding->suppressed)
      continue;
    char *entry = suppression_text_for(finding), *longer = xasprintf("%s%s", text, entry);
    free(text);
    free(entry);
    text = longer;
  }
  return text;
}

bool suppress_write(const struct suppress_options *options, const struct findings *findings) {
  bool is_good = true;
  if (options->baseline_path) {
    char *text = baseline_text(findings);
    is_good = write_file(options->baseline_path, text);
    free(text);
  }
  if (options->entries_path && is_good) {
    char *text = entries_text(findings);
    is_good = write_file(options->entries_path, text);
    free(text);
  }
  return is_good;
}
