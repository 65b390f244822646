/* suppress.c - entries are kept by file, compared with findings, and count what they hid. */
#include "findings/suppress_reader.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

void suppressions_init(struct suppressions *suppressions, const char *const *kinds) {
  *suppressions = (struct suppressions){.kinds = kinds};
}

void suppression_done(struct suppression *entry) {
  for (uint32_t i = 0; i < entry->n_tests; i++)
    free(entry->tests[i].pattern);
  for (uint32_t i = 0; i < entry->n_frames; i++)
    free(entry->frames[i].pattern);
  free(entry->text);
  free(entry->kinds);
  free(entry->tests);
  free(entry->frames);
  free(entry->fingerprints);
}

void suppressions_done(struct suppressions *suppressions) {
  for (uint32_t i = 0; i < suppressions->n_files; i++) {
    struct suppress_file *file = &suppressions->files[i];
    for (uint32_t k = 0; k < file->n_entries; k++)
      suppression_done(&file->entries[k]);
    free(file->entries);
    free(file->path);
  }
  free(suppressions->files);
  *suppressions = (struct suppressions){0};
}

static void note_hidden(struct suppression *entry, uint64_t fingerprint) {
  for (uint32_t i = 0; i < entry->n_fingerprints; i++)
    if (entry->fingerprints[i] == fingerprint)
      return;
  entry->fingerprints = grow(entry->fingerprints, entry->n_fingerprints, &entry->fingerprint_capacity, sizeof *entry->fingerprints);
  entry->fingerprints[entry->n_fingerprints++] = fingerprint;
}

/* Entries behind the first that fits count too: they are not without use only because another one came before. */
static void apply_file(struct suppress_file *file, struct finding *finding) {
  for (uint32_t i = 0; i < file->n_entries; i++) {
    struct suppression *entry = &file->entries[i];
    if (!suppression_matches(entry, finding))
      continue;
    note_hidden(entry, finding->fingerprint);
    if (finding->suppressed)
      continue;
    finding->suppressed = xasprintf("%s:%u", file->path, entry->line);
    file->n_hidden++;
  }
}

void suppressions_apply(struct suppressions *suppressions, struct findings *findings) {
  for (size_t i = 0; i < findings->n_items; i++)
    for (uint32_t k = 0; k < suppressions->n_files && findings->items[i]->verdict > VERDICT_BENIGN; k++)
      apply_file(&suppressions->files[k], findings->items[i]);
}
