/* fuzz_suppress.c - any bytes as a file of suppressions: read, compared with a finding that has something for each pattern, or refused by
 * one line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "findings/suppress.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void check(bool holds) {
  if (!holds)
    abort();
}

static void add_frame(struct stack *stack, struct frame frame) {
  stack->frames = xreallocarray(stack->frames, stack->n_frames + 1, sizeof *stack->frames);
  stack->frames[stack->n_frames++] = frame;
}

static struct findings *example(void) {
  struct findings *findings = findings_new();
  struct finding *finding = finding_new("deadlock", VERDICT_PLAUSIBLE, SEVERITY_ERROR);
  struct finding_thread *thread = finding_add_thread(finding, 0, 1, 1, "asks for it here");
  thread->wants = 1;
  finding_add_place(thread, "created here", 0, 0, 2, 1);
  findings_add(findings, finding);
  thread->name = xstrdup("worker #3");
  thread->wants_name = xstrdup("queue lock");
  thread->places[0].object_name = xstrdup("a[2].m");
  for (int i = 0; i < 8; i++)
    add_frame(&thread->stack,
              (struct frame){.function = xstrdup("ns::f(std::function<void (int)>) const"), .file = xstrdup("/a/b/c.c"), .line = i});
  add_frame(&thread->places[0].stack, (struct frame){.module = xstrdup("/lib/libx.so.1")});
  return findings;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
  static const char *const kinds[] = {"deadlock", "self-deadlock", NULL};
  struct suppressions suppressions;
  char *copy = malloc(n_bytes ? n_bytes : 1), *error = NULL; /* exactly as long as told: reading on is seen */
  memcpy(copy, bytes, n_bytes);
  suppressions_init(&suppressions, kinds);
  int status = suppressions_parse(&suppressions, "fuzz", copy, n_bytes, &error);
  check(!status == !error);
  check(!error || (strncmp(error, "fuzz:", 5) == 0 && !strchr(error, '\n')));
  struct findings *findings = example();
  if (n_bytes < 4096) /* patterns take the product of lengths */
    suppressions_apply(&suppressions, findings);
  findings_free(findings);
  suppressions_done(&suppressions);
  free(error);
  free(copy);
  return 0;
}
