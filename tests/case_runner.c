/* case_runner.c - one .case file: a text trace and, in lines that start with =>, the findings it must give and no others.
 *
 *     => KIND VERDICT NAME... (words of the reason)
 *     => nothing
 *     => error WORDS
 *
 * Each NAME must occur in the finding, as the name of a thread or an object; where names are given, every lock that a thread
 * of the finding asks for must be among them. A name with spaces goes in double quotes. Benign cycles are looked at only
 * where a line asks for one. `=> error` says that the trace is refused with a note that holds these words; what came before
 * is still compared. The trace keeps its line numbers. Whatever is predicted has to prove it: see support/proof.h. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect/analysis.h"
#include "support/proof.h"
#include "util/alloc.h"

enum { NAME_LIMIT = 24, EXPECTATION_LIMIT = 64 };

struct expectation {
  unsigned line;
  char *text; /* the line, cut into the words below */
  char *shown;
  const char *kind, *verdict, *reason; /* reason NULL: not said */
  const char *names[NAME_LIMIT];
  unsigned n_names;
  const struct finding *match;
};

struct expected_case {
  struct expectation items[EXPECTATION_LIMIT];
  unsigned n_items;
  const char *error; /* of `=> error` */
  bool says_nothing, wants_benign;
};

static int complain(const char *path, unsigned line, const char *what) {
  fprintf(stderr, "%s:%u: %s\n", path, line, what);
  return 2;
}

/* The next word or quoted name of *at; NULL at the end. */
static char *next_word(char **at) {
  char *p = *at + strspn(*at, " \t");
  if (!*p)
    return NULL;
  bool is_quoted = *p == '"';
  char *word = p + is_quoted;
  size_t length = strcspn(word, is_quoted ? "\"" : " \t");
  *at = word + length + (word[length] != 0);
  word[length] = 0;
  return word;
}

/* "(...)" at the end of the line. */
static const char *take_reason(char *text) {
  size_t length = strlen(text);
  char *open = strstr(text, " (");
  if (!open || text[length - 1] != ')')
    return NULL;
  text[length - 1] = 0;
  *open = 0;
  return open + 2;
}

static bool is_verdict(const char *word) {
  for (int v = VERDICT_BENIGN; v <= VERDICT_OBSERVED; v++)
    if (strcmp(word, verdict_text((enum verdict)v)) == 0)
      return true;
  return false;
}

static const char *parse_finding(struct expected_case *expected, char *text, unsigned line) {
  if (expected->n_items == EXPECTATION_LIMIT)
    return "too many expectations";
  struct expectation *item = &expected->items[expected->n_items++];
  *item = (struct expectation){.line = line, .text = xstrdup(text), .shown = xstrdup(text)};
  item->reason = take_reason(item->text);
  char *at = item->text;
  item->kind = next_word(&at);
  item->verdict = next_word(&at);
  if (!item->kind || !detector_find(item->kind))
    return "no detector has this kind";
  if (!item->verdict || !is_verdict(item->verdict))
    return "a kind is followed by its verdict";
  for (char *name; (name = next_word(&at));) {
    if (item->n_names == NAME_LIMIT)
      return "too many names";
    item->names[item->n_names++] = name;
  }
  expected->wants_benign |= strcmp(item->verdict, verdict_text(VERDICT_BENIGN)) == 0;
  return NULL;
}

static const char *parse_expectation(struct expected_case *expected, char *text, unsigned line) {
  text += strspn(text, " \t");
  text[strcspn(text, "\r\n")] = 0;
  if (strcmp(text, "nothing") == 0) {
    expected->says_nothing = true;
    return NULL;
  }
  if (strncmp(text, "error", 5) == 0 && (!text[5] || text[5] == ' ')) {
    expected->error = xstrdup(text + 5 + strspn(text + 5, " "));
    return NULL;
  }
  return parse_finding(expected, text, line);
}

/* Expectations are taken out of the trace; empty lines stand for them. */
static int split_case(const char *path, FILE *trace, struct expected_case *expected) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return 2;
  }
  char *line = NULL;
  size_t capacity = 0;
  const char *problem = NULL;
  unsigned number = 0;
  while (!problem && getline(&line, &capacity, file) >= 0) {
    number++;
    if (strncmp(line, "=>", 2) != 0) {
      fputs(line, trace);
      continue;
    }
    fputc('\n', trace);
    problem = parse_expectation(expected, line + 2, number);
  }
  free(line);
  fclose(file);
  if (!problem && !expected->n_items && !expected->says_nothing && !expected->error)
    problem = "no line says what to expect";
  if (!problem && expected->says_nothing && expected->n_items)
    problem = "nothing, and a finding, are expected";
  return problem ? complain(path, number, problem) : 0;
}

/* Is `name` in the text as a word, not as a part of a longer one? */
static bool has_word(const char *text, const char *name) {
  if (!text)
    return false;
  size_t length = strlen(name);
  for (const char *at = text; (at = strstr(at, name)); at++) {
    bool starts = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
    bool ends = !(isalnum((unsigned char)at[length]) || at[length] == '_');
    if (starts && ends)
      return true;
  }
  return false;
}

static bool thread_has_name(const struct finding_thread *thread, const char *name) {
  if (has_word(thread->name, name) || has_word(thread->wants_name, name))
    return true;
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (thread->hold_names && has_word(thread->hold_names[i], name))
      return true;
  for (uint32_t i = 0; i < thread->n_places; i++)
    if (has_word(thread->places[i].object_name, name) || has_word(thread->places[i].thread_name, name))
      return true;
  return false;
}

static bool finding_has_name(const struct finding *finding, const char *name) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (thread_has_name(&finding->threads[i], name))
      return true;
  return has_word(finding->message, name);
}

static bool is_among(const struct expectation *item, const char *wanted) {
  for (unsigned i = 0; i < item->n_names; i++)
    if (has_word(wanted, item->names[i]))
      return true;
  return false;
}

static bool names_match(const struct expectation *item, const struct finding *finding) {
  for (unsigned i = 0; i < item->n_names; i++)
    if (!finding_has_name(finding, item->names[i]))
      return false;
  for (uint32_t i = 0; item->n_names && i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    if (thread->wants != NO_INDEX && thread->wants_name && !is_among(item, thread->wants_name))
      return false;
  }
  return true;
}

static bool reason_matches(const struct expectation *item, const struct finding *finding) {
  return !item->reason || (finding->reason && strstr(finding->reason, item->reason)) ||
         (finding->benign && strstr(finding->benign, item->reason));
}

static bool matches(const struct expectation *item, const struct finding *finding) {
  return strcmp(item->kind, finding->kind) == 0 && strcmp(item->verdict, verdict_text(finding->verdict)) == 0 &&
         names_match(item, finding) && reason_matches(item, finding);
}

static struct expectation *matched_by(struct expected_case *expected, const struct finding *finding) {
  for (unsigned i = 0; i < expected->n_items; i++)
    if (expected->items[i].match == finding)
      return &expected->items[i];
  return NULL;
}

/* Give each expectation a finding of its own; true if that can be done, moving earlier ones where that helps. */
static bool assign(struct expected_case *expected, const struct findings *findings, struct expectation *item, bool *tried) {
  for (size_t i = 0; i < findings->n_items; i++) {
    const struct finding *finding = findings->items[i];
    if (tried[i] || !matches(item, finding))
      continue;
    tried[i] = true;
    struct expectation *other = matched_by(expected, finding);
    if (!other || assign(expected, findings, other, tried)) {
      item->match = finding;
      return true;
    }
  }
  return false;
}

static void print_finding(const struct finding *finding) {
  fprintf(stderr, "  but found: %s %s: %s", finding->kind, verdict_text(finding->verdict), finding->message ? finding->message : "");
  fprintf(stderr, " (%s)\n", finding->benign ? finding->benign : finding->reason ? finding->reason : "");
}

static unsigned compare_findings(const char *path, struct expected_case *expected, const struct findings *findings) {
  unsigned n_wrong = 0;
  for (unsigned i = 0; i < expected->n_items; i++) {
    bool *tried = xcalloc(findings->n_items, sizeof *tried);
    if (!assign(expected, findings, &expected->items[i], tried)) {
      fprintf(stderr, "%s:%u: missing: %s\n", path, expected->items[i].line, expected->items[i].shown);
      n_wrong++;
    }
    free(tried);
  }
  for (size_t i = 0; i < findings->n_items; i++) {
    const struct finding *finding = findings->items[i];
    if (matched_by(expected, finding) || (finding->verdict == VERDICT_BENIGN && !expected->wants_benign))
      continue;
    print_finding(finding);
    n_wrong++;
  }
  return n_wrong;
}

static unsigned compare_errors(const char *path, const struct expected_case *expected, const struct summary *summary,
                               unsigned n_unreadable) {
  bool is_said = false;
  for (uint32_t i = 0; i < summary->n_notes; i++) {
    bool is_this = expected->error && strstr(summary->notes[i], expected->error);
    is_said |= is_this;
    if (n_unreadable && !is_this)
      fprintf(stderr, "  note: %s\n", summary->notes[i]);
  }
  if (expected->error && !(n_unreadable && is_said)) {
    fprintf(stderr, "%s: missing: error %s\n", path, expected->error);
    return 1;
  }
  return n_unreadable && !expected->error;
}

/* Every prediction's witness is executed. */
static unsigned compare_proofs(const char *path, const char *trace, const struct findings *findings) {
  unsigned n_wrong = 0;
  for (size_t i = 0; i < findings->n_items; i++) {
    char *why = proof_missing(trace, findings->items[i]);
    if (why)
      fprintf(stderr, "%s: the witness of \"%s\": %s\n", path, findings->items[i]->message, why);
    n_wrong += why != NULL;
    free(why);
  }
  return n_wrong;
}

static unsigned run_case(const char *path, const char *trace, struct expected_case *expected) {
  struct analysis_options options = {.detect = {.max_cycle = 4, .want_benign = expected->wants_benign, .max_patterns = 1000000}};
  struct findings *findings = findings_new();
  struct summary summary = {0};
  unsigned n_unreadable = 0;
  char *paths[] = {xstrdup(trace)};
  analysis_run(paths, 1, &options, findings, &summary, &n_unreadable);
  findings_finish(findings);
  unsigned n_wrong = compare_findings(path, expected, findings) + compare_errors(path, expected, &summary, n_unreadable);
  n_wrong += compare_proofs(path, trace, findings);
  findings_free(findings);
  for (uint32_t i = 0; i < summary.n_notes; i++)
    free(summary.notes[i]);
  for (uint32_t i = 0; i < summary.n_traces; i++)
    free(summary.traces[i]);
  free(summary.notes);
  free(summary.traces);
  free(paths[0]);
  return n_wrong;
}

static int run_file(const char *path) {
  const char *folder = getenv("TMPDIR");
  char *trace = xasprintf("%s/case-XXXXXX.std", folder ? folder : "/tmp");
  int fd = mkstemps(trace, 4);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
  if (!file) {
    perror(trace);
    free(trace);
    return 2;
  }
  struct expected_case expected = {0};
  int status = split_case(path, file, &expected);
  if (fclose(file) != 0)
    status = complain(path, 0, "cannot write its trace");
  if (!status)
    status = run_case(path, trace, &expected) != 0;
  for (unsigned i = 0; i < expected.n_items; i++) {
    free(expected.items[i].text);
    free(expected.items[i].shown);
  }
  free((char *)expected.error);
  unlink(trace);
  free(trace);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: case_runner FILE.case...\n", stderr);
    return 2;
  }
  int worst = 0;
  for (int i = 1; i < argc; i++) {
    int status = run_file(argv[i]);
    worst = status > worst ? status : worst;
  }
  return worst;
}
