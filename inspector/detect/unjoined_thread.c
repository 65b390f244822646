/* unjoined_thread.c - a joinable thread that nobody has joined or detached when the process ends.
 *
 * One that had ended before: a warning, its stack and result were kept for nobody. One that still ran when the process was ended
 * in order: a note. Daemon threads, timers and the workers of executors need nobody to join them. A join that is under way at the end
 * counts as one. Threads that a library made for itself are taken out afterwards, by where they were made. Where some join or detach is of
 * an unknown thread, it is `potential` only. What it cannot see: whether a process that was killed would have joined them later; there only
 * threads that had ended are told of. */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "findings/own_code.h"
#include "util/alloc.h"

static const struct source_module *module_at(const struct source_info *info, uint64_t pc) {
  for (uint32_t i = 0; i < info->n_modules; i++)
    if (pc >= info->modules[i].begin && pc < info->modules[i].end)
      return &info->modules[i];
  return NULL;
}

struct unjoined {
  bool *ran_at_exit; /* by thread, when the process was ended */
  bool saw_unknown;  /* a join or detach whose thread the recording does not tell */
  uint32_t n_threads;
};

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  struct unjoined *unjoined = state;
  if (event->op != TRACE_EXIT) {
    unjoined->saw_unknown |= event->target == NO_INDEX;
    return;
  }
  if (unjoined->ran_at_exit)
    return;
  unjoined->n_threads = model->n_threads;
  unjoined->ran_at_exit = xcalloc(model->n_threads, sizeof *unjoined->ran_at_exit);
  for (uint32_t i = 0; i < model->n_threads; i++)
    unjoined->ran_at_exit[i] = model->threads[i].state != THREAD_ENDED;
}

/* Which threads are waited for by a join that is under way. The caller frees. */
static bool *find_joins_under_way(const struct model *model) {
  bool *is_asked_for = xcalloc(model->n_threads, sizeof *is_asked_for);
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (blocked->op == TRACE_JOIN_REQ && blocked->target < model->n_threads)
      is_asked_for[blocked->target] = true;
  }
  return is_asked_for;
}

static bool is_unjoined(const struct thread *thread) {
  bool is_to_be_joined = !thread->kind || thread->kind == TRACE_KIND_THREAD;
  return is_to_be_joined && thread->state != THREAD_UNKNOWN && thread->creator != NO_INDEX && !thread->is_main && !thread->is_foreign &&
         !thread->is_joined && !thread->is_detached;
}

/* Threads made by one line of the user's code are one finding, whoever called it: the innermost return address outside of the
 * system's libraries. 0 where there are no addresses. */
static uint64_t creation_key(const struct source_info *info, uint32_t index) {
  if (index >= info->n_sites || !info->sites[index].n_pcs)
    return 0;
  const struct source_site *site = &info->sites[index];
  for (uint32_t i = 0; i < site->n_pcs; i++) {
    const struct source_module *module = module_at(info, site->pcs[i]);
    if (module && !is_system_module(module->path) && !is_recorder_module(module->path))
      return site->pcs[i];
  }
  return site->pcs[0];
}

/* The process waits at its end for the threads of libtrack's primitives. */
static const char *const ends[][2] = {
    {"is still running when the process ends, neither joined nor detached", "ended and was neither joined nor detached"},
    {"is still running when the process ends, and was not joined", "is no daemon and was not joined: the process waits for it at its end"},
};

static struct finding *new_finding(const struct unjoined *unjoined, const struct model *model, uint32_t index, bool has_ended) {
  const struct thread *thread = &model->threads[index];
  struct finding *finding = finding_new("unjoined-thread", misuse_verdict(model, 0), has_ended ? SEVERITY_WARNING : SEVERITY_NOTE);
  finding_message(finding, "%%t%" PRIu32 "%% %s", index, ends[thread->kind == TRACE_KIND_THREAD][has_ended]);
  misuse_reason(finding, model, 0);
  if (unjoined->saw_unknown) {
    finding->verdict = VERDICT_POTENTIAL;
    finding_reason(finding, "a thread was joined or detached of which the recording does not tell which it is");
  }
  finding_add_thread(finding, index, thread->create_ordinal, thread->create_site, "created here");
  finding_add_event(finding, thread->create_ordinal);
  return finding;
}

struct group {
  uint64_t key;
  struct finding *finding[2]; /* still running, ended */
};

struct groups {
  struct group *items;
  uint32_t n_items, capacity;
};

static struct group *group_of(struct groups *groups, uint64_t key) {
  for (uint32_t i = 0; i < groups->n_items; i++)
    if (groups->items[i].key == key)
      return &groups->items[i];
  groups->items = grow(groups->items, groups->n_items, &groups->capacity, sizeof *groups->items);
  groups->items[groups->n_items].key = key;
  return &groups->items[groups->n_items++];
}

static void collect(const struct unjoined *unjoined, struct groups *groups, const struct model *model, uint32_t index, bool has_ended,
                    struct findings *out) {
  uint64_t key = creation_key(model->info, model->threads[index].create_site);
  if (!key) {
    findings_add(out, new_finding(unjoined, model, index, has_ended));
    return;
  }
  struct finding **finding = &group_of(groups, key)->finding[has_ended];
  if (*finding)
    (*finding)->instances++;
  else
    *finding = new_finding(unjoined, model, index, has_ended);
}

static void hand_over(struct groups *groups, struct findings *out) {
  for (uint32_t i = 0; i < groups->n_items; i++)
    for (int has_ended = 0; has_ended < 2; has_ended++)
      if (groups->items[i].finding[has_ended])
        findings_add(out, groups->items[i].finding[has_ended]);
  free(groups->items);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  const struct unjoined *unjoined = state;
  struct groups groups = {0};
  bool *is_asked_for = find_joins_under_way(model);
  bool ended_in_order = unjoined->ran_at_exit || (model->info->ended_in_order && !model_is_typed(model));
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct thread *thread = &model->threads[i];
    if (!is_unjoined(thread) || is_asked_for[i])
      continue;
    bool ran_at_exit = unjoined->ran_at_exit && (i >= unjoined->n_threads || unjoined->ran_at_exit[i]);
    bool has_ended = thread->state == THREAD_ENDED && !ran_at_exit;
    if (has_ended || ended_in_order)
      collect(unjoined, &groups, model, i, has_ended, out);
  }
  hand_over(&groups, out);
  free(is_asked_for);
}

static void done(void *state) {
  free(((struct unjoined *)state)->ran_at_exit);
}

const struct detector detector_unjoined_thread = {
    .id = "unjoined-thread",
    .letter = 'U',
    .title = "A thread is neither joined nor detached",
    .ops = OP_BIT(TRACE_EXIT) | OP_BIT(TRACE_JOIN_REQ) | OP_BIT(TRACE_JOIN) | OP_BIT(TRACE_DETACH),
    .state_size = sizeof(struct unjoined),
    .event = see,
    .finish = finish,
    .done = done,
};
