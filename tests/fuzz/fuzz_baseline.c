/* fuzz_baseline.c - any bytes as a baseline: entries in order, each once, or one line; what is read is found again by its own findings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "findings/baseline.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool holds) {
  if (!holds)
    abort();
}

static void find_again(struct baseline *baseline) {
  struct findings *findings = findings_new();
  for (uint32_t i = 0; i < baseline->n_entries && i < 100; i++) {
    const struct baseline_entry *entry = &baseline->entries[i];
    check(!i || entry[-1].fingerprint <= entry->fingerprint);
    struct finding *finding = finding_new(entry->kind, entry->verdict, SEVERITY_ERROR);
    finding_message(finding, "%s", entry->message);
    finding_add_thread(finding, i, i + 1, i + 1, "here");
    findings_add(findings, finding);
    finding->fingerprint = entry->fingerprint;
  }
  baseline_apply(baseline, findings);
  for (size_t i = 0; i < findings->n_items; i++)
    check(findings->items[i]->baseline == BASELINE_KNOWN);
  free(baseline_text(findings));
  findings_free(findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
  struct baseline baseline;
  char *copy = malloc(n_bytes ? n_bytes : 1), *error = NULL; /* exactly as long as told: reading on is seen */
  memcpy(copy, bytes, n_bytes);
  int status = baseline_parse(&baseline, "fuzz", copy, n_bytes, &error);
  check(!status == !error);
  check(!error || (strncmp(error, "fuzz:", 5) == 0 && !strchr(error, '\n')));
  if (!status)
    find_again(&baseline);
  baseline_done(&baseline);
  free(error);
  free(copy);
  return 0;
}
