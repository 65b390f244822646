/* finding.c - findings as data: made, filled, merged, freed.
 *
 * A program that takes two locks in the wrong order in a loop does so a thousand times with the same call stacks: that is
 * one finding. findings_add() therefore hashes what a person would call "the same": kind, verdict, severity, and per
 * thread the sites of its event, of the locks it holds and of the places shown, as a set over the threads, so that a
 * cycle's rotation and a repeated role do not matter. Text traces have coarse sites (one number, or none) and names that
 * their author chose: there, and where no site is known at all, the objects count too, and the threads where no object tells
 * findings apart. */
#include "findings/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/hash.h"
#include "findings/symbolize.h"
#include "model/event.h"
#include "util/alloc.h"

const char *const benign_texts[8] = {"guarded",  "one-thread",    "ordered",        "readers-only",
                                     "try-only", "early-release", "different-lock", NULL};

struct findings *findings_new(void) {
  return xcalloc(1, sizeof(struct findings));
}

void stack_done(struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames; i++) {
    free(stack->frames[i].function);
    free(stack->frames[i].linkage);
    free(stack->frames[i].file);
    free(stack->frames[i].module);
  }
  free(stack->frames);
  *stack = (struct stack){0};
}

static void thread_done(struct finding_thread *thread) {
  for (uint32_t i = 0; i < thread->n_holds; i++) {
    if (thread->hold_names)
      free(thread->hold_names[i]);
    if (thread->held_stacks)
      stack_done(&thread->held_stacks[i]);
  }
  for (uint32_t i = 0; i < thread->n_places; i++) {
    free(thread->places[i].object_name);
    free(thread->places[i].thread_name);
    stack_done(&thread->places[i].stack);
  }
  free(thread->holds);
  free(thread->held_sites);
  free(thread->held_ordinals);
  free(thread->places);
  free(thread->name);
  free(thread->wants_name);
  free(thread->hold_names);
  free(thread->held_stacks);
  stack_done(&thread->stack);
}

void witness_done(struct witness *witness) {
  for (uint32_t i = 0; i < witness->n_stops; i++)
    free(witness->stops[i].name);
  free(witness->stops);
  free(witness->order);
  *witness = (struct witness){0};
}

void finding_free(struct finding *finding) {
  if (!finding)
    return;
  for (uint32_t i = 0; i < finding->n_threads; i++)
    thread_done(&finding->threads[i]);
  free(finding->threads);
  free(finding->message);
  free(finding->story);
  free(finding->reason);
  free(finding->benign);
  free(finding->events);
  witness_done(&finding->witness);
  free(finding->trace);
  free(finding->suppressed);
  free(finding);
}

void findings_free(struct findings *findings) {
  if (!findings)
    return;
  for (size_t i = 0; i < findings->n_items; i++)
    finding_free(findings->items[i]);
  free(findings->items);
  free(findings->kinds);
  free(findings->buckets);
  free(findings);
}

void findings_know_kind(struct findings *findings, const char *kind, char letter, const char *title) {
  findings->kinds = grow(findings->kinds, findings->n_kinds, &findings->kind_capacity, sizeof *findings->kinds);
  findings->kinds[findings->n_kinds++] = (struct finding_kind){.kind = kind, .letter = letter, .title = title};
}

struct finding *finding_new(const char *kind, enum verdict verdict, enum severity severity) {
  struct finding *finding = xcalloc(1, sizeof *finding);
  finding->kind = kind;
  finding->verdict = verdict;
  finding->severity = severity;
  finding->instances = 1;
  return finding;
}

struct finding_thread *finding_add_thread(struct finding *finding, uint32_t thread, uint64_t ordinal, uint32_t site, const char *what) {
  finding->threads = xreallocarray(finding->threads, finding->n_threads + 1, sizeof *finding->threads);
  struct finding_thread *added = &finding->threads[finding->n_threads++];
  *added =
      (struct finding_thread){.thread = thread, .wants = NO_INDEX, .wants_thread = NO_INDEX, .site = site, .event = ordinal, .what = what};
  return added;
}

void finding_add_hold(struct finding_thread *thread, uint32_t object, uint32_t site, uint64_t ordinal) {
  uint32_t n = thread->n_holds++;
  thread->holds = xreallocarray(thread->holds, n + 1, sizeof *thread->holds);
  thread->held_sites = xreallocarray(thread->held_sites, n + 1, sizeof *thread->held_sites);
  thread->held_ordinals = xreallocarray(thread->held_ordinals, n + 1, sizeof *thread->held_ordinals);
  thread->holds[n] = object;
  thread->held_sites[n] = site;
  thread->held_ordinals[n] = ordinal;
}

void finding_add_place(struct finding_thread *thread, const char *what, uint32_t object, uint32_t by_thread, uint32_t site,
                       uint64_t ordinal) {
  thread->places = xreallocarray(thread->places, thread->n_places + 1, sizeof *thread->places);
  thread->places[thread->n_places++] =
      (struct finding_place){.what = what, .object = object, .thread = by_thread, .site = site, .ordinal = ordinal};
}

void finding_add_event(struct finding *finding, uint64_t ordinal) {
  uint32_t at = finding->n_events;
  while (at > 0 && finding->events[at - 1] > ordinal)
    at--;
  if (at > 0 && finding->events[at - 1] == ordinal)
    return;
  finding->events = xreallocarray(finding->events, finding->n_events + 1, sizeof *finding->events);
  memmove(&finding->events[at + 1], &finding->events[at], (finding->n_events - at) * sizeof *finding->events);
  finding->events[at] = ordinal;
  finding->n_events++;
}

void finding_message(struct finding *finding, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  free(finding->message);
  finding->message = xvasprintf(format, arguments);
  va_end(arguments);
}

void finding_reason(struct finding *finding, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  free(finding->reason);
  finding->reason = xvasprintf(format, arguments);
  va_end(arguments);
}

static bool names_an_object(const struct finding *finding) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (finding->threads[i].wants != NO_INDEX || finding->threads[i].n_holds)
      return true;
  return false;
}

static bool has_site(const struct finding *finding) {
  for (uint32_t i = 0; i < finding->n_threads; i++) {
    const struct finding_thread *thread = &finding->threads[i];
    bool found = thread->site;
    for (uint32_t k = 0; k < thread->n_holds; k++)
      found |= thread->held_sites[k] != 0;
    for (uint32_t k = 0; k < thread->n_places; k++)
      found |= thread->places[k].site != 0;
    if (found)
      return true;
  }
  return false;
}

/* What of a finding counts besides its sites. */
struct key_parts {
  bool objects, threads;
};

/* One thread's part. */
static uint64_t thread_key(const struct finding_thread *thread, struct key_parts with) {
  uint64_t key = hash_text(hash_word(HASH_SEED, thread->site), thread->what);
  if (with.objects)
    key = hash_word(hash_word(key, thread->wants), thread->wants_thread);
  if (with.threads || (with.objects && !thread->site))
    key = hash_word(key, thread->thread);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    key = hash_word(hash_word(key, thread->held_sites[i]), with.objects ? thread->holds[i] : 0);
  for (uint32_t i = 0; i < thread->n_places; i++) {
    const struct finding_place *place = &thread->places[i];
    key = hash_text(hash_word(hash_word(key, place->site), with.objects ? place->object : 0), place->what);
  }
  return key;
}

static uint64_t finding_key(const struct finding *finding) {
  struct key_parts with = {.objects = finding->by_name || !has_site(finding)};
  with.threads = with.objects && !names_an_object(finding);
  uint64_t *keys = xcalloc(finding->n_threads, sizeof *keys);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    keys[i] = thread_key(&finding->threads[i], with);
  uint64_t key = hash_set(hash_text(HASH_SEED, finding->kind), keys, finding->n_threads);
  free(keys);
  key = hash_text(key, finding->benign);
  return hash_word(hash_word(key, finding->verdict * 8u + finding->severity), finding->source);
}

static void buckets_put(struct findings *findings, uint64_t key, uint32_t index) {
  uint32_t mask = findings->n_buckets - 1, at = (uint32_t)key & mask;
  while (findings->buckets[at])
    at = (at + 1) & mask;
  findings->buckets[at] = index + 1;
}

/* Room for what is not resolved yet; the resolved are merged with nothing here. */
static void buckets_grow(struct findings *findings) {
  free(findings->buckets);
  findings->n_buckets = findings->n_buckets ? findings->n_buckets * 2 : 64;
  findings->buckets = xcalloc(findings->n_buckets, sizeof *findings->buckets);
  for (size_t i = findings->resolved; i < findings->n_items; i++)
    buckets_put(findings, findings->items[i]->key, (uint32_t)i);
}

/* NULL: nothing equal is there. */
static struct finding **find_equal(struct findings *findings, uint64_t key) {
  if (!findings->n_buckets)
    return NULL;
  uint32_t mask = findings->n_buckets - 1;
  for (uint32_t at = (uint32_t)key & mask; findings->buckets[at]; at = (at + 1) & mask) {
    uint32_t index = findings->buckets[at] - 1;
    if (findings->items[index]->key == key)
      return &findings->items[index];
  }
  return NULL;
}

void findings_add(struct findings *findings, struct finding *finding) {
  finding->source = findings->source;
  finding->by_name = findings->by_name;
  finding->key = finding_key(finding);
  struct finding **equal = find_equal(findings, finding->key);
  if (equal) {
    struct finding *loser = finding->n_threads < (*equal)->n_threads ? *equal : finding;
    struct finding *winner = loser == finding ? *equal : finding;
    winner->instances += loser->instances;
    *equal = winner;
    finding_free(loser);
    return;
  }
  if (findings->n_items == findings->capacity) {
    findings->capacity = findings->capacity ? findings->capacity * 2 : 16;
    findings->items = xreallocarray(findings->items, findings->capacity, sizeof(struct finding *));
  }
  findings->items[findings->n_items++] = finding;
  if ((findings->n_items - findings->resolved) * 2 > findings->n_buckets)
    buckets_grow(findings);
  else
    buckets_put(findings, finding->key, (uint32_t)findings->n_items - 1);
}

const char *verdict_text(enum verdict verdict) {
  switch (verdict) {
  case VERDICT_BENIGN:
    return "benign";
  case VERDICT_POTENTIAL:
    return "potential";
  case VERDICT_PLAUSIBLE:
    return "plausible";
  case VERDICT_PREDICTED:
    return "predicted";
  case VERDICT_CONFIRMED:
    return "confirmed";
  case VERDICT_OBSERVED:
    return "observed";
  }
  return "?";
}

const char *severity_text(enum severity severity) {
  switch (severity) {
  case SEVERITY_NOTE:
    return "note";
  case SEVERITY_WARNING:
    return "warning";
  case SEVERITY_ERROR:
    return "error";
  }
  return "?";
}
