/* fingerprint.c - a hash of the kind and of the set of {innermost own function after inlining, base name of its file,
 * operation, class of the lock}.
 *
 * Left out because they change from run to run or build to build: lines, addresses, outer frames, folders, threads and
 * counts. Places ("created here") only count where a thread's own stack says nothing. */
#include "findings/fingerprint.h"

#include <stdlib.h>

#include "findings/hash.h"
#include "findings/own_code.h"
#include "util/alloc.h"

static uint64_t hash_code(uint64_t hash, const struct stack *stack) {
  const struct frame *frame = stack_own_frame(stack);
  if (!frame)
    return hash_text(hash, "unknown");
  if (!frame->function && !frame->module) /* a text trace: the number is the code */
    return hash_word(hash, (uint64_t)frame->line);
  hash = hash_text(hash, frame->function);
  return hash_text(hash, frame->file ? base_name(frame->file) : base_name(frame->module ? frame->module : ""));
}

static uint64_t hash_class(uint64_t hash, const struct names *names, uint32_t object) {
  if (object == NO_INDEX)
    return hash_text(hash, NULL);
  char *class = names_object_class(names, object);
  hash = hash_text(hash, class);
  free(class);
  return hash;
}

static uint32_t thread_parts(const struct finding_thread *thread, const struct names *names, uint64_t *parts) {
  uint32_t n = 0;
  if (thread->stack.n_frames)
    parts[n++] = hash_class(hash_text(hash_code(HASH_SEED, &thread->stack), thread->what), names, thread->wants);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    parts[n++] = hash_class(hash_text(hash_code(HASH_SEED, &thread->held_stacks[i]), "holds"), names, thread->holds[i]);
  for (uint32_t i = 0; i < thread->n_places && !thread->stack.n_frames; i++)
    parts[n++] =
        hash_class(hash_text(hash_code(HASH_SEED, &thread->places[i].stack), thread->places[i].what), names, thread->places[i].object);
  return n;
}

uint64_t finding_fingerprint(const struct finding *finding, const struct names *names) {
  size_t capacity = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    capacity += 1 + finding->threads[i].n_holds + finding->threads[i].n_places;
  uint64_t *parts = xcalloc(capacity, sizeof *parts);
  uint32_t n = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    n += thread_parts(&finding->threads[i], names, parts + n);
  uint64_t fingerprint = hash_set(hash_text(HASH_SEED, finding->kind), parts, n);
  free(parts);
  return fingerprint;
}
