/* deadlock_report.c - cycles as findings: every thread with what it holds, where it took it, and what it asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/deadlock_state.h"
#include "util/alloc.h"

#define MAX_POTENTIAL 1000u

/* Text that grows; the caller frees. */
static void append(char **text, char *more) {
  char *joined = *text ? xasprintf("%s%s", *text, more) : xstrdup(more);
  free(*text);
  free(more);
  *text = joined;
}

static void print_asked(FILE *out, uint32_t lock, bool is_again) {
  if (IS_TERM(lock))
    fprintf(out, " waits for %%t%u%% to end", TERM_THREAD(lock));
  else
    fprintf(out, " asks for %%o%u%%%s", lock, is_again ? " again after a condition wait" : "");
}

/* "%t1% holds %o3% and asks for %o4%, while %t2% holds %o4% and asks for %o3%" */
static char *cycle_text(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  if (!out)
    return xstrdup("");
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]], *before = &deadlock->nodes[nodes[(i + n - 1) % n]];
    fprintf(out, "%s%%t%u%%", i ? ", while " : "", node->thread);
    if (!IS_TERM(before->lock))
      fprintf(out, " holds %%o%u%% and", before->lock);
    print_asked(out, node->lock, node->mode & TRACE_MODE_CONDITION);
  }
  fclose(out);
  return text;
}

static const struct instance *node_instance(const struct node *node, const uint32_t *instances, uint32_t i) {
  return instances && instances[i] < node->n_instances ? &node->instances[instances[i]] : NULL;
}

static void add_holds(const struct deadlock *deadlock, const struct model *model, const struct node *node, const struct instance *instance,
                      struct finding_thread *thread) {
  for (uint32_t k = 0, n = lockset_size(model->locksets, node->lockset); k < n; k++) {
    const struct node_hold *hold = &deadlock->holds[node->first_hold + k];
    const struct section *section =
        instance ? order_section(&deadlock->order, instance->point.chain, hold->object, instance->point.n) : NULL;
    if (section)
      finding_add_hold(thread, hold->object, section->site, section->ordinal);
    else
      finding_add_hold(thread, hold->object, hold->site, hold->ordinal);
  }
}

static void add_threads(struct finding *finding, const struct deadlock *deadlock, const struct model *model, const uint32_t *nodes,
                        const uint32_t *instances, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    const struct node *node = &deadlock->nodes[nodes[i]];
    const struct instance *instance = node_instance(node, instances, i);
    uint64_t ordinal = instance ? instance->request : node->ordinal;
    bool is_join = IS_TERM(node->lock);
    struct finding_thread *thread = finding_add_thread(finding, node->thread, ordinal, instance ? instance->site : node->site,
                                                       is_join ? "joins it here" : "asks for it here");
    thread->wants = is_join ? NO_INDEX : node->lock;
    thread->wants_thread = is_join ? TERM_THREAD(node->lock) : NO_INDEX;
    add_holds(deadlock, model, node, instance, thread);
    finding_add_event(finding, ordinal);
  }
}

static const char *accesses_text(const struct source_info *info) {
  switch (info->accesses) {
  case ACCESSES_NONE:
    return "no memory accesses were recorded, so an ordering by data cannot be excluded";
  case ACCESSES_PARTIAL:
    return "not all memory accesses were recorded, so an ordering by data cannot be excluded";
  case ACCESSES_COMPLETE:
    return "every read in it sees what it saw in the run";
  }
  return "";
}

static char *timed_text(const struct deadlock *deadlock, const struct pattern_result *result) {
  char *text = NULL;
  for (uint32_t i = 0; i < result->n; i++) {
    const struct node *node = &deadlock->nodes[result->nodes[i]];
    if (node->mode & TRACE_MODE_TIMED && !(node->mode & TRACE_MODE_CONDITION))
      append(&text, xasprintf("; %%t%u%% blocks until the timeout", node->thread));
  }
  return text ? text : xstrdup("");
}

static const char *reordering_text(const struct pattern_result *result) {
  switch (result->searched) {
  case SEARCH_NOT:
    return "no reordering of the run leads there that keeps the order of each lock's critical sections and what every thread saw; "
           "another one may";
  case SEARCH_DONE:
    return "no reordering of the run leads there that keeps what every thread saw";
  case SEARCH_CUT:
    return "no reordering of the run was found that leads there and keeps what every thread saw, but the search for one was cut";
  case SEARCH_FOUND:
    return "a reordering of the run leads there, with critical sections in another order";
  }
  return "";
}

static void set_reason(struct finding *finding, const struct model *model, const struct pattern_result *result, const char *timed) {
  const char *doubt = model_doubt(model), *reordering = "a reordering of the run leads there";
  if (result->needs_writer)
    reordering = "readers block each other only while a writer waits for the lock, which prefers writers";
  else if (result->verdict < VERDICT_PLAUSIBLE || result->searched == SEARCH_FOUND)
    reordering = reordering_text(result);
  if (result->verdict < VERDICT_PLAUSIBLE)
    finding_reason(finding, "%s%s", reordering, timed);
  else if (doubt)
    finding_reason(finding, "%s, but %s%s", reordering, doubt, timed);
  else
    finding_reason(finding, "%s; %s%s", reordering, accesses_text(model->info), timed);
}

static enum verdict verdict_of(const struct model *model, const struct pattern_result *result) {
  if (model_doubt(model) || result->verdict < VERDICT_PLAUSIBLE)
    return VERDICT_POTENTIAL;
  return model->info->accesses == ACCESSES_COMPLETE ? VERDICT_PREDICTED : VERDICT_PLAUSIBLE;
}

static void report_result(const struct deadlock *deadlock, const struct model *model, struct pattern_result *result, struct findings *out) {
  char *timed = timed_text(deadlock, result), *text = cycle_text(deadlock, result->nodes, result->n);
  enum verdict verdict = verdict_of(model, result);
  struct finding *finding = finding_new("deadlock", verdict, *timed ? SEVERITY_WARNING : SEVERITY_ERROR);
  finding_message(finding, "%s", text);
  set_reason(finding, model, result, timed);
  if (verdict == VERDICT_PREDICTED) {
    finding->witness = result->witness;
    result->witness = (struct witness){0};
  }
  free(timed);
  free(text);
  add_threads(finding, deadlock, model, result->nodes, result->instances, result->n);
  findings_add(out, finding);
}

/* One note on all that was not looked at or not shown. */
static void report_limits(const struct deadlock *deadlock, uint32_t n_potential, struct findings *out) {
  char *text = NULL;
  if (deadlock->is_cut)
    append(&text,
           xasprintf("; search cut: %llu patterns checked, longer lock-order cycles may exist", (unsigned long long)deadlock->n_patterns));
  if (deadlock->n_skipped)
    append(&text, xasprintf("; %llu more at places already checked were skipped", (unsigned long long)deadlock->n_skipped));
  if (n_potential > MAX_POTENTIAL)
    append(&text, xasprintf("; %u more potential ones are not shown", n_potential - MAX_POTENTIAL));
  if (!text)
    return;
  struct finding *finding = finding_new("deadlock", VERDICT_POTENTIAL, SEVERITY_NOTE);
  finding_message(finding, "Not every lock-order cycle is here%s", text);
  finding_reason(finding, "there are too many to check or show them all");
  free(text);
  findings_add(out, finding);
}

void deadlock_report(struct deadlock *deadlock, const struct model *model, struct findings *out) {
  uint32_t n_potential = 0;
  for (uint32_t i = 0; i < deadlock->n_results; i++) {
    struct pattern_result *result = &deadlock->results[i];
    if (!result->nodes)
      continue;
    n_potential += result->verdict == VERDICT_POTENTIAL;
    if (result->verdict > VERDICT_POTENTIAL || n_potential <= MAX_POTENTIAL)
      report_result(deadlock, model, result, out);
  }
  report_limits(deadlock, n_potential, out);
}

static void benign_reason(struct finding *finding, const struct benign_cycle *cycle, const struct deadlock *deadlock) {
  const struct node *first = &deadlock->nodes[cycle->nodes[0]];
  if (!strcmp(cycle->reason, "guarded") && cycle->parent != NO_INDEX)
    finding_reason(finding, "guarded by %%o%u%%, held by the parent %%t%u%% all the while", cycle->guard, cycle->parent);
  else if (!strcmp(cycle->reason, "guarded"))
    finding_reason(finding, "guarded by %%o%u%%, which is held around both", cycle->guard);
  else if (!strcmp(cycle->reason, "one-thread"))
    finding_reason(finding, "all of it is done by one thread, %%t%u%%", first->thread);
  else if (!strcmp(cycle->reason, "ordered"))
    finding_reason(finding, "the threads are ordered by start and join, so they are never there at once");
  else if (!strcmp(cycle->reason, "readers-only"))
    finding_reason(finding, "a thread that only reads does not block on one that only reads");
  else if (!strcmp(cycle->reason, "try-only"))
    finding_reason(finding, "a try gives up where it would have to wait");
  else if (!strcmp(cycle->reason, "early-release"))
    finding_reason(finding, "two steps of the cycle belong to one thread, which lets the first lock go before the other step");
  else
    finding_reason(finding, "two different locks were at the same address, one after the other");
}

void deadlock_report_benign(struct deadlock *deadlock, const struct model *model, const struct benign_cycle *cycle, struct findings *out) {
  struct finding *finding = finding_new("deadlock", VERDICT_BENIGN, SEVERITY_NOTE);
  char *text = cycle_text(deadlock, cycle->nodes, cycle->n);
  finding_message(finding, "%s", text);
  free(text);
  finding->benign = xstrdup(cycle->reason);
  benign_reason(finding, cycle, deadlock);
  add_threads(finding, deadlock, model, cycle->nodes, cycle->instances, cycle->n);
  findings_add(out, finding);
}
