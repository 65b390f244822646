/* triage.c - see triage.h. Suppressed findings are neither new nor known, but an entry of the baseline that is one of them is not fixed
 * either. */
#include "findings/triage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { TEXT_COLUMNS = 100 };

static void add_line(struct triage *triage, char *line) {
  triage->lines = grow(triage->lines, triage->n_lines, &triage->line_capacity, sizeof *triage->lines);
  triage->lines[triage->n_lines++] = line;
}

static void add_note(struct triage *triage, char *note) {
  triage->notes = grow(triage->notes, triage->n_notes, &triage->note_capacity, sizeof *triage->notes);
  triage->notes[triage->n_notes++] = note;
}

static bool was_looked_for(const struct triage *triage, const char *kind) {
  if (!triage->only)
    return true;
  for (size_t i = 0; triage->only[i]; i++)
    if (!strcmp(triage->only[i], kind))
      return true;
  return false;
}

static bool could_hide(const struct triage *triage, const struct suppression *entry, const struct findings *findings) {
  for (uint32_t i = 0; i < findings->n_kinds; i++)
    if (was_looked_for(triage, findings->kinds[i].kind) && suppress_has_word(entry->kinds, findings->kinds[i].kind))
      return true;
  return false;
}

static void audit_entry(struct triage *triage, const struct suppress_file *file, const struct suppression *entry,
                        const struct findings *findings) {
  if (!entry->n_fingerprints && could_hide(triage, entry, findings))
    add_note(triage,
             xasprintf("%s:%u: '%.*s' hides nothing here: not needed any more?", file->path, entry->line, TEXT_COLUMNS, entry->text));
  if (entry->n_fingerprints > 1)
    add_note(triage, xasprintf("%s:%u: '%.*s' hides %" PRIu32 " different findings: it may hide new ones, too", file->path, entry->line,
                               TEXT_COLUMNS, entry->text, entry->n_fingerprints));
}

static void tell_files(struct triage *triage, const struct findings *findings) {
  for (uint32_t i = 0; i < triage->suppressions->n_files; i++) {
    const struct suppress_file *file = &triage->suppressions->files[i];
    if (file->n_hidden)
      add_line(triage, xasprintf("%" PRIu64 " finding%s suppressed by %s", file->n_hidden, file->n_hidden == 1 ? "" : "s",
                                 file->is_built_in ? "built-in entries" : file->path));
    for (uint32_t k = 0; k < file->n_entries && !file->is_built_in; k++)
      audit_entry(triage, file, &file->entries[k], findings);
  }
}

bool triage_is_fixed(const struct triage *triage, const struct baseline_entry *entry) {
  return !entry->is_seen && was_looked_for(triage, entry->kind);
}

static void tell_baseline(struct triage *triage) {
  const struct baseline *baseline = triage->baseline;
  for (uint32_t i = 0; i < baseline->n_entries; i++)
    triage->n_fixed += triage_is_fixed(triage, &baseline->entries[i]);
  add_line(triage, xasprintf("%" PRIu64 " new, %" PRIu64 " known, %" PRIu64 " fixed, compared with %s", triage->n_new, triage->n_known,
                             triage->n_fixed, baseline->path));
  for (uint32_t i = 0; i < baseline->n_entries; i++) {
    const struct baseline_entry *entry = &baseline->entries[i];
    if (triage_is_fixed(triage, entry))
      add_line(triage, xasprintf("fixed, or not found this time: %s, was %s: %s (%016" PRIx64 ")", entry->kind,
                                 verdict_text(entry->verdict), entry->message, entry->fingerprint));
  }
}

void triage_findings(struct triage *triage, struct findings *findings) {
  suppressions_apply(triage->suppressions, findings);
  if (triage->baseline)
    baseline_apply(triage->baseline, findings);
  for (size_t i = 0; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    if (finding->suppressed)
      finding->baseline = BASELINE_UNKNOWN;
    triage->n_suppressed += finding->suppressed != NULL;
    triage->n_new += finding->baseline == BASELINE_NEW;
    triage->n_known += finding->baseline == BASELINE_KNOWN;
  }
  if (triage->baseline)
    tell_baseline(triage);
  tell_files(triage, findings);
}

void triage_drop_suppressed(struct findings *findings) {
  size_t kept = 0;
  for (size_t i = 0; i < findings->n_items; i++)
    if (findings->items[i]->suppressed)
      finding_free(findings->items[i]);
    else
      findings->items[kept++] = findings->items[i];
  findings->n_items = kept;
}

void triage_done(struct triage *triage) {
  for (uint32_t i = 0; i < triage->n_lines; i++)
    free(triage->lines[i]);
  for (uint32_t i = 0; i < triage->n_notes; i++)
    free(triage->notes[i]);
  free(triage->lines);
  free(triage->notes);
}
