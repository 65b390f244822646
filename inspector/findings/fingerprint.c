/* fingerprint.c - a hash of the kind and of the set of {innermost own function after inlining, base name of its file,
 * operation, class of the lock}.
 *
 * Left out because they change from run to run or build to build: lines, addresses, outer frames, folders, threads, counts, and what
 * compilers write differently in names (code_name.h). Of places ("created here") only the object counts, but where a thread's own stack
 * says nothing. Of a circle only the locks that close it count: who holds a further one around it depends on the caller, and a hang must be
 * the same finding as its prediction. Of a hang of everybody, who only joins others does not count.
 *
 * It does not survive that a function, its file or a lock is renamed, nor, without debug information, another inlining. Two bugs between
 * locks of the same class in the same functions have one fingerprint. */
#include "findings/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include "findings/code_name.h"
#include "findings/hash.h"
#include "findings/own_code.h"
#include "util/alloc.h"

/* A library without its version: "libqueue.so". A program may be called as one likes. */
static uint64_t hash_module(uint64_t hash, const char *module) {
  const char *name = module ? base_name(module) : "", *so = strstr(name, ".so");
  if (!so)
    return hash_text(hash, "program");
  char *library = xasprintf("%.*s", (int)(so + 3 - name), name);
  hash = hash_text(hash, library);
  free(library);
  return hash;
}

static uint64_t hash_code(uint64_t hash, const struct stack *stack) {
  const struct frame *frame = stack_own_frame(stack);
  if (!frame)
    return hash_text(hash, "unknown");
  if (!frame->function && !frame->module) /* a text trace: the number is the code */
    return hash_word(hash, (uint64_t)frame->line);
  if (!frame->function) /* stripped: rather new with every build than all bugs in one */
    return hash_module(hash_word(hash, frame->offset), frame->module);
  char *name = code_name(frame->function);
  hash = hash_text(hash, name);
  free(name);
  return frame->file ? hash_text(hash, base_name(frame->file)) : hash_module(hash, frame->module);
}

static uint64_t hash_class(uint64_t hash, struct lock_classes *classes, uint32_t object) {
  if (object == NO_INDEX)
    return hash_text(hash, NULL);
  char *class = lock_class(classes, object);
  hash = hash_text(hash, class);
  free(class);
  return hash;
}

static bool is_wanted(const struct finding *finding, uint32_t object) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (finding->threads[i].wants == object)
      return true;
  return false;
}

/* Does somebody hold what somebody wants? */
static bool is_circle(const struct finding *finding) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    for (uint32_t k = 0; k < finding->threads[i].n_holds; k++)
      if (is_wanted(finding, finding->threads[i].holds[k]))
        return true;
  return false;
}

/* One wait has several wordings: the thread asks for a lock, or is about to, or waits. */
static const char *operation(const struct finding_thread *thread) {
  const char *what = thread->what ? thread->what : "";
  return strcmp(what, "asks for it here") && strcmp(what, "joins it here") ? what : "waits for it here";
}

/* What the finding says of objects that the thread does not ask for: the lock that it unlocks. */
static uint32_t object_parts(const struct finding_thread *thread, struct lock_classes *classes, uint64_t *parts) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < thread->n_places; i++)
    if (!thread->stack.n_frames)
      parts[n++] =
          hash_class(hash_text(hash_code(HASH_SEED, &thread->places[i].stack), thread->places[i].what), classes, thread->places[i].object);
    else if (thread->places[i].object != NO_INDEX && thread->places[i].object != thread->wants)
      parts[n++] = hash_class(hash_text(HASH_SEED, "object"), classes, thread->places[i].object);
  return n;
}

/* A finding about the thread itself, at the place that made it, is one about what it runs. */
static uint64_t hash_start(uint64_t hash, const struct finding_thread *thread, const struct names *names) {
  char *start = strcmp(operation(thread), "created here") ? NULL : names_start(names, thread->thread);
  char *name = start ? code_name(start) : NULL;
  hash = name ? hash_text(hash, name) : hash;
  free(start);
  free(name);
  return hash;
}

static uint32_t thread_parts(const struct finding *finding, const struct finding_thread *thread, struct lock_classes *classes,
                             uint64_t *parts) {
  uint32_t n = 0;
  bool is_part_of_circle = is_circle(finding);
  if (thread->stack.n_frames) {
    uint64_t part = hash_class(hash_text(hash_code(HASH_SEED, &thread->stack), operation(thread)), classes, thread->wants);
    parts[n++] = hash_start(part, thread, classes->names);
  }
  for (uint32_t i = 0; i < thread->n_holds; i++)
    if (!is_part_of_circle || is_wanted(finding, thread->holds[i]))
      parts[n++] = hash_class(hash_text(hash_code(HASH_SEED, &thread->held_stacks[i]), "holds"), classes, thread->holds[i]);
  return n + object_parts(thread, classes, parts + n);
}

static bool is_join(const struct finding_thread *thread) {
  return thread->wants_thread != NO_INDEX;
}

/* Where everybody waits, who joins the others (main, mostly) waits behind them. */
static bool is_bystander(const struct finding *finding, const struct finding_thread *thread) {
  bool all_join = true;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    all_join &= is_join(&finding->threads[i]);
  return finding->is_general && is_join(thread) && !all_join;
}

uint64_t finding_fingerprint(const struct finding *finding, struct lock_classes *classes) {
  size_t capacity = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    capacity += 1 + finding->threads[i].n_holds + finding->threads[i].n_places;
  uint64_t *parts = xcalloc(capacity, sizeof *parts);
  uint32_t n = 0;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (!is_bystander(finding, &finding->threads[i]))
      n += thread_parts(finding, &finding->threads[i], classes, parts + n);
  uint64_t fingerprint = hash_set(hash_text(HASH_SEED, finding->kind), parts, n);
  free(parts);
  return fingerprint;
}
