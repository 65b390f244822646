/* finish.c - the order of a report: sort, drop what only repeats another process' finding, number.
 *
 * A program that forks ten workers makes ten recordings of one bug. Two findings of different recordings are the same
 * when everything a report would say of them is: kind, verdict, severity and, thread by thread, the resolved stacks. In
 * text traces names and not stacks tell, and nothing says that two files come from one program: those stay apart. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/absorb.h"
#include "findings/finding.h"
#include "findings/hash.h"
#include "util/alloc.h"

static uint32_t kind_rank(const struct findings *findings, const char *kind) {
  uint32_t rank = 0;
  while (rank < findings->n_kinds && strcmp(findings->kinds[rank].kind, kind) != 0)
    rank++;
  return rank;
}

static uint64_t first_event(const struct finding *finding) {
  uint64_t first = finding->n_events ? finding->events[0] : UINT64_MAX;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (finding->threads[i].event && finding->threads[i].event < first)
      first = finding->threads[i].event;
  return first;
}

struct sortable {
  struct finding *finding;
  uint32_t rank;
  uint64_t first;
  size_t index; /* as added: makes the order total */
};

static int compare_numbers(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

static int compare_findings(const void *a, const void *b) {
  const struct sortable *x = a, *y = b;
  int order = compare_numbers(y->finding->severity, x->finding->severity);
  if (!order)
    order = compare_numbers(y->finding->verdict, x->finding->verdict);
  if (!order)
    order = compare_numbers(x->rank, y->rank);
  if (!order)
    order = strcmp(x->finding->kind, y->finding->kind);
  if (!order)
    order = compare_numbers(x->finding->source, y->finding->source);
  if (!order)
    order = compare_numbers(x->first, y->first);
  return order ? order : compare_numbers(x->index, y->index);
}

static void sort_findings(struct findings *findings) {
  struct sortable *order = xcalloc(findings->n_items, sizeof *order);
  for (size_t i = 0; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    order[i] = (struct sortable){finding, kind_rank(findings, finding->kind), first_event(finding), i};
  }
  if (findings->n_items)
    qsort(order, findings->n_items, sizeof *order, compare_findings);
  for (size_t i = 0; i < findings->n_items; i++)
    findings->items[i] = order[i].finding;
  free(order);
}

static uint64_t hash_stack(uint64_t hash, const struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames; i++) {
    const struct frame *frame = &stack->frames[i];
    hash = hash_text(hash_text(hash_text(hash, frame->function), frame->file), frame->module);
    /* One line may have become several calls (an unrolled loop): a reader could not tell them apart. */
    hash = hash_word(hash, frame->line ? (uint64_t)frame->line : frame->offset);
  }
  return hash_word(hash, stack->n_frames);
}

static uint64_t hash_thread(const struct finding_thread *thread, bool by_name) {
  uint64_t hash = hash_stack(hash_text(HASH_SEED, thread->what), &thread->stack);
  if (by_name)
    hash = hash_text(hash_text(hash, thread->wants_name), thread->name);
  for (uint32_t i = 0; i < thread->n_holds; i++) {
    if (thread->held_stacks)
      hash = hash_stack(hash, &thread->held_stacks[i]);
    if (by_name && thread->hold_names)
      hash = hash_text(hash, thread->hold_names[i]);
  }
  for (uint32_t i = 0; i < thread->n_places; i++)
    hash = hash_stack(hash_text(hash, thread->places[i].what), &thread->places[i].stack);
  return hash;
}

static bool thread_has_stack(const struct finding_thread *thread) {
  bool found = thread->stack.n_frames;
  for (uint32_t i = 0; i < thread->n_holds && thread->held_stacks; i++)
    found |= thread->held_stacks[i].n_frames != 0;
  for (uint32_t i = 0; i < thread->n_places; i++)
    found |= thread->places[i].stack.n_frames != 0;
  return found;
}

static bool has_stack(const struct finding *finding) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (thread_has_stack(&finding->threads[i]))
      return true;
  return false;
}

static uint64_t content_key(const struct finding *finding) {
  uint64_t *keys = xcalloc(finding->n_threads, sizeof *keys);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    keys[i] = hash_thread(&finding->threads[i], finding->by_name);
  uint64_t key = hash_set(hash_text(HASH_SEED, finding->kind), keys, finding->n_threads);
  free(keys);
  key = hash_word(hash_text(key, finding->benign), finding->fingerprint);
  /* Without stacks, and in text, only what one recording says of itself can be a repetition. */
  if (finding->by_name || !has_stack(finding))
    key = hash_word(key, finding->source + 1);
  if (!has_stack(finding))
    key = hash_word(key, first_event(finding));
  return hash_word(key, finding->verdict * 8u + finding->severity);
}

static void drop_repetitions(struct findings *findings) {
  size_t n_slots = 64, kept = 0;
  while (n_slots < findings->n_items * 2)
    n_slots *= 2;
  struct slot {
    uint64_t key;
    struct finding *finding;
  } *slots = xcalloc(n_slots, sizeof *slots);
  for (size_t i = 0; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    uint64_t key = content_key(finding);
    size_t at = key & (n_slots - 1);
    while (slots[at].finding && slots[at].key != key)
      at = (at + 1) & (n_slots - 1);
    if (slots[at].finding) {
      slots[at].finding->instances += finding->instances;
      finding_free(finding);
      continue;
    }
    slots[at] = (struct slot){key, finding};
    findings->items[kept++] = finding;
  }
  findings->n_items = kept;
  free(slots);
}

static void number_findings(struct findings *findings) {
  uint32_t numbers[256] = {0};
  for (size_t i = 0; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    uint32_t rank = kind_rank(findings, finding->kind);
    char letter = rank < findings->n_kinds ? findings->kinds[rank].letter : (char)toupper((unsigned char)finding->kind[0]);
    if (!finding->title)
      finding->title = rank < findings->n_kinds ? findings->kinds[rank].title : NULL;
    snprintf(finding->id, sizeof finding->id, "%c%u", letter, ++numbers[(unsigned char)letter]);
  }
}

void findings_finish(struct findings *findings) {
  findings_absorb(findings);
  sort_findings(findings);
  drop_repetitions(findings);
  number_findings(findings);
  findings->resolved = findings->n_items;
  free(findings->buckets); /* their indices are old now, and nothing is added after the end */
  findings->buckets = NULL;
  findings->n_buckets = 0;
}
