/* baseline.c - see baseline.h. */
#include "findings/baseline.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/text.h"

#define VERSION 1

static const char head[] = "# inspector baseline ";

struct reader {
  struct baseline *baseline;
  unsigned line;
  char *error;
};

__attribute__((format(printf, 2, 3))) static int wrong(struct reader *reader, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *what = xvasprintf(format, arguments);
  va_end(arguments);
  free(reader->error);
  reader->error = xasprintf("%s:%u: %s", reader->baseline->path, reader->line, what);
  free(what);
  return -EINVAL;
}

static int compare_entries(const void *a, const void *b) {
  const struct baseline_entry *x = a, *y = b;
  int order = (x->fingerprint > y->fingerprint) - (x->fingerprint < y->fingerprint);
  if (!order)
    order = strcmp(x->kind, y->kind);
  if (!order) /* the surest first: it is the one that stays */
    order = (int)y->verdict - (int)x->verdict;
  return order ? order : strcmp(x->message, y->message);
}

static bool is_same(const struct baseline_entry *a, const struct baseline_entry *b) {
  return a->fingerprint == b->fingerprint && !strcmp(a->kind, b->kind);
}

static void entry_done(struct baseline_entry *entry) {
  free(entry->kind);
  free(entry->message);
}

/* Merging by union leaves some twice. */
static void sort_entries(struct baseline *baseline) {
  uint32_t kept = 0;
  if (baseline->n_entries)
    qsort(baseline->entries, baseline->n_entries, sizeof *baseline->entries, compare_entries);
  for (uint32_t i = 0; i < baseline->n_entries; i++)
    if (kept && is_same(&baseline->entries[kept - 1], &baseline->entries[i]))
      entry_done(&baseline->entries[i]);
    else
      baseline->entries[kept++] = baseline->entries[i];
  baseline->n_entries = kept;
}

static void add_entry(struct baseline *baseline, struct baseline_entry entry) {
  baseline->entries = grow(baseline->entries, baseline->n_entries, &baseline->capacity, sizeof *baseline->entries);
  baseline->entries[baseline->n_entries++] = entry;
}

static bool find_verdict(const char *word, size_t length, enum verdict *ret_verdict) {
  for (int verdict = VERDICT_POTENTIAL; verdict <= VERDICT_OBSERVED; verdict++) {
    const char *text = verdict_text((enum verdict)verdict);
    if (strlen(text) == length && !strncmp(text, word, length)) {
      *ret_verdict = (enum verdict)verdict;
      return true;
    }
  }
  return false;
}

/* "FINGERPRINT KIND VERDICT MESSAGE" */
static int read_entry(struct reader *reader, const char *line) {
  struct baseline_entry entry = {0};
  char *end = NULL;
  size_t digits = strspn(line, "0123456789abcdef");
  if (!strncmp(line, "<<<<<<<", 7) || !strncmp(line, "=======", 7) || !strncmp(line, ">>>>>>>", 7))
    return wrong(reader, "a merge of git that was not finished");
  if (digits != 16 || line[digits] != ' ')
    return wrong(reader, "a line of a baseline begins with 16 digits of 0-9 and a-f, and a blank");
  entry.fingerprint = strtoull(line, &end, 16);
  const char *kind = line + 17, *verdict = kind + strspn(kind, "abcdefghijklmnopqrstuvwxyz-");
  if (verdict == kind || *verdict != ' ')
    return wrong(reader, "there is no kind of finding behind the fingerprint");
  size_t kind_length = (size_t)(verdict++ - kind), length = strcspn(verdict, " ");
  if (!find_verdict(verdict, length, &entry.verdict))
    return wrong(reader, "'%.*s' is no verdict", (int)(length > 40 ? 40 : length), verdict);
  entry.kind = xasprintf("%.*s", (int)kind_length, kind);
  entry.message = xstrdup(verdict + length + (verdict[length] == ' '));
  add_entry(reader->baseline, entry);
  return 0;
}

static int read_head(struct reader *reader, const char *line) {
  size_t length = sizeof head - 1;
  if (strncmp(line, head, length) != 0 || !isdigit((unsigned char)line[length]))
    return wrong(reader, "this is no baseline: it does not begin with '%s%d'", head, VERSION);
  if (strtoul(line + length, NULL, 10) != VERSION)
    return wrong(reader, "a baseline of version %.10s; this inspector reads version %d", line + length, VERSION);
  return 0;
}

static int read_line(struct reader *reader, const char *begin, size_t length) {
  while (length && isspace((unsigned char)begin[length - 1]))
    length--;
  if (memchr(begin, 0, length))
    return wrong(reader, reader->line == 1 ? "this is no baseline" : "a byte of value 0: the file is damaged");
  char *line = xasprintf("%.*s", (int)length, begin);
  int error = 0;
  if (reader->line == 1)
    error = read_head(reader, line);
  else if (*line && *line != '#')
    error = read_entry(reader, line);
  free(line);
  return error;
}

int baseline_parse(struct baseline *baseline, const char *path, const char *text, size_t n_bytes, char **ret_error) {
  *baseline = (struct baseline){.path = xstrdup(path)};
  struct reader reader = {.baseline = baseline};
  int error = 0;
  const char *at = text, *end = text + n_bytes;
  while (!error && (at < end || !reader.line)) {
    const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    size_t length = (size_t)((newline ? newline : end) - at);
    reader.line++;
    error = read_line(&reader, at, length);
    at = newline ? newline + 1 : end;
  }
  if (error)
    *ret_error = reader.error;
  else
    sort_entries(baseline);
  return error;
}

void baseline_done(struct baseline *baseline) {
  for (uint32_t i = 0; i < baseline->n_entries; i++)
    entry_done(&baseline->entries[i]);
  free(baseline->entries);
  free(baseline->path);
  *baseline = (struct baseline){0};
}

/* The kind is part of the fingerprint; should two differ nevertheless, both are looked at. */
static struct baseline_entry *find_entry(struct baseline *baseline, const struct finding *finding) {
  uint32_t low = 0, high = baseline->n_entries;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (baseline->entries[middle].fingerprint < finding->fingerprint)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < baseline->n_entries && baseline->entries[low].fingerprint == finding->fingerprint; low++)
    if (!strcmp(baseline->entries[low].kind, finding->kind))
      return &baseline->entries[low];
  return NULL;
}

void baseline_apply(struct baseline *baseline, struct findings *findings) {
  for (size_t i = 0; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    struct baseline_entry *entry = finding->verdict > VERDICT_BENIGN ? find_entry(baseline, finding) : NULL;
    if (entry)
      entry->is_seen = true;
    if (finding->verdict > VERDICT_BENIGN)
      finding->baseline = entry ? BASELINE_KNOWN : BASELINE_NEW;
  }
}

/* How much of the text at `at` changes from run to run: addresses, lines, numbers of threads in "T3 (run)" and "worker #3". */
static size_t changing_length(const char *text, const char *at) {
  size_t plus = *at == '+';
  if (!strncmp(at + plus, "0x", 2)) {
    size_t digits = strspn(at + plus + 2, "0123456789abcdef");
    return digits ? plus + 2 + digits + (!plus && at[2 + digits] == ' ') : 0;
  }
  if (*at == ':' || !strncmp(at, " #", 2)) {
    size_t sign = *at == ':' ? 1 : 2, digits = strspn(at + sign, "0123456789");
    return digits ? sign + digits : 0;
  }
  bool is_thread = at > text && at[-1] == 'T' && (at == text + 1 || at[-2] == ' ');
  size_t digits = is_thread ? strspn(at, "0123456789") : 0;
  return digits && !strncmp(at + digits, " (", 2) ? digits : 0;
}

static void drop_changing(char *text) {
  size_t n = 0, skipped;
  char *copy = xstrdup(text);
  for (const char *at = copy; *at; at += skipped ? skipped : 1)
    if (!(skipped = changing_length(copy, at)))
      text[n++] = *at;
  text[n] = '\0';
  free(copy);
}

static char *stable_message(const struct finding *finding) {
  char *message = text_clean(finding->message ? finding->message : "");
  drop_changing(message);
  return message;
}

char *baseline_text(const struct findings *findings) {
  struct baseline baseline = {0};
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  if (!out)
    abort(); /* out of memory, as everywhere offline */
  for (size_t i = 0; i < findings->n_items; i++) {
    const struct finding *it = findings->items[i];
    if (it->verdict > VERDICT_BENIGN && !it->suppressed)
      add_entry(&baseline,
                (struct baseline_entry){
                    .fingerprint = it->fingerprint, .kind = xstrdup(it->kind), .verdict = it->verdict, .message = stable_message(it)});
  }
  sort_entries(&baseline);
  fprintf(out, "%s%d\n# Findings that are known and do not fail. Written by inspector check --write-baseline.\n", head, VERSION);
  for (uint32_t i = 0; i < baseline.n_entries; i++) {
    const struct baseline_entry *entry = &baseline.entries[i];
    fprintf(out, "%016" PRIx64 " %s %s %s\n", entry->fingerprint, entry->kind, verdict_text(entry->verdict), entry->message);
  }
  fclose(out);
  baseline_done(&baseline);
  return text;
}
