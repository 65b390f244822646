/* pool_starvation.c - a worker of an executor waits for a future of the same executor: when all workers do, nobody runs the tasks.
 *
 * A future belongs to the executor that its creator puts a task into next; a worker is busy from its GET to its TASK_DONE. Observed, when
 * the call was answered EDEADLK or the recording ends with all workers of the pool in such waits. Potential, when a worker waited so for a
 * task that had not begun: then as many such tasks at a time as there are workers starve. Tasks begin in the order in which they were put,
 * less those that were cancelled. What it cannot see: a wait for the task by other means than its future. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "detect/misuse.h"
#include "util/alloc.h"

/* By object: a future, or an executor. */
struct task {
  uint32_t executor;     /* + 1; 0: not known */
  uint32_t thread, site; /* who submitted it, and where */
  uint64_t ordinal;
  uint64_t number;                      /* of the executor's tasks, from 1 */
  uint64_t n_puts, n_gets, n_cancelled; /* executor */
  bool is_told;                         /* executor: an observed starvation */
};

struct worker {
  uint32_t executor; /* + 1: whose task it is at */
  uint32_t created;  /* + 1: a future whose task comes next */
};

struct candidate {
  uint32_t executor, site;
  struct finding *finding;
};

struct pools {
  struct task *tasks;
  uint32_t n_tasks, task_capacity;
  struct worker *workers; /* by thread */
  uint32_t n_workers, worker_capacity;
  struct candidate *candidates; /* potential ones, until the end: an observed one says more */
  uint32_t n_candidates, candidate_capacity;
};

static struct task *task_of(struct pools *pools, uint32_t object) {
  if (object >= pools->task_capacity)
    pools->tasks = grow(pools->tasks, object, &pools->task_capacity, sizeof *pools->tasks);
  if (object >= pools->n_tasks)
    pools->n_tasks = object + 1;
  return &pools->tasks[object];
}

static struct worker *worker_of(struct pools *pools, uint32_t thread) {
  if (thread >= pools->worker_capacity)
    pools->workers = grow(pools->workers, thread, &pools->worker_capacity, sizeof *pools->workers);
  if (thread >= pools->n_workers)
    pools->n_workers = thread + 1;
  return &pools->workers[thread];
}

/* The executor of the future, if the thread is one of its workers; else NO_INDEX. */
static uint32_t own_pool(struct pools *pools, uint32_t thread, uint32_t future) {
  uint32_t executor = task_of(pools, future)->executor;
  return executor && worker_of(pools, thread)->executor == executor ? executor - 1 : NO_INDEX;
}

static void fill(struct pools *pools, struct finding *finding, const struct model *model, uint32_t executor, uint32_t future) {
  const struct task *task = task_of(pools, future);
  finding->threads[0].wants = future;
  if (task->ordinal)
    finding_add_place(&finding->threads[0], "submitted here", future, task->thread, task->site, task->ordinal);
  const struct object *pool = &model->objects[executor];
  finding_add_place(&finding->threads[0], pool->was_initialised ? "created here" : "first used here", executor, pool->first_thread,
                    pool->first_site, pool->first_ordinal);
}

/* Another worker of the pool that waits in this way now. */
static bool waits_in_pool(struct pools *pools, const struct model *model, uint32_t thread, uint32_t executor) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  return blocked->op == TRACE_AWAIT && thread_waits_on(model, thread) && own_pool(pools, thread, blocked->object) == executor;
}

static void show_others(struct pools *pools, struct finding *finding, const struct model *model, uint32_t executor) {
  uint32_t first = finding->threads[0].thread;
  for (uint32_t i = 0; i < model->n_threads; i++) {
    const struct blocked *blocked = &model->threads[i].blocked;
    if (i == first || !waits_in_pool(pools, model, i, executor))
      continue;
    finding_add_thread(finding, i, blocked->ordinal, blocked->site, "waits for it here")->wants = blocked->object;
    finding_add_event(finding, blocked->ordinal);
  }
}

static void tell_refused(struct pools *pools, const struct model *model, const struct event *event, struct findings *out) {
  bool is_future = trace_family(event->kind) == TRACE_KIND_FUTURE;
  uint32_t executor = is_future ? own_pool(pools, event->thread, event->object) : event->object;
  struct finding *finding = misuse_new(model, event, "pool-starvation", SEVERITY_ERROR, "waits for it here");
  if (executor == NO_INDEX || !is_future)
    finding_message(finding, "%%t%" PRIu32 "%% is a worker of the pool that has to come to %%o%" PRIu32 "%%, for which it waits",
                    event->thread, event->object);
  else
    finding_message(finding,
                    "%%t%" PRIu32 "%%, a worker of %%o%" PRIu32 "%%, waits for %%o%" PRIu32 "%% of the same pool, as all its workers do",
                    event->thread, executor, event->object);
  if (executor != NO_INDEX) {
    fill(pools, finding, model, executor, event->object);
    show_others(pools, finding, model, executor);
    task_of(pools, executor)->is_told = true;
  }
  findings_add(out, finding);
}

static bool has_candidate(const struct pools *pools, uint32_t executor, uint32_t site) {
  for (uint32_t i = 0; i < pools->n_candidates; i++)
    if (pools->candidates[i].executor == executor && pools->candidates[i].site == site)
      return true;
  return false;
}

static void note_candidate(struct pools *pools, const struct model *model, const struct event *event, uint32_t executor) {
  const struct object *pool = &model->objects[executor];
  struct finding *finding = misuse_new(model, event, "pool-starvation", SEVERITY_WARNING, "waits for it here");
  finding->verdict = VERDICT_POTENTIAL;
  finding_message(finding,
                  "%%t%" PRIu32 "%%, a worker of %%o%" PRIu32 "%%, waits for %%o%" PRIu32 "%% of the same pool, which had not begun",
                  event->thread, executor, event->object);
  if (pool->value_known)
    finding_reason(finding, "with %" PRIu64 " such wait%s at a time nobody is left of the pool to run what %s for", pool->value,
                   pool->value == 1 ? "" : "s", pool->value == 1 ? "it waits" : "they wait");
  else
    finding_reason(finding, "when all workers wait in this way nobody is left to run what they wait for");
  fill(pools, finding, model, executor, event->object);
  pools->candidates = grow(pools->candidates, pools->n_candidates, &pools->candidate_capacity, sizeof *pools->candidates);
  pools->candidates[pools->n_candidates++] = (struct candidate){executor, event->site, finding};
}

static void see_await(struct pools *pools, const struct model *model, const struct event *event) {
  uint32_t executor = own_pool(pools, event->thread, event->object);
  if (executor == NO_INDEX || event->mode & TRACE_MODE_TIMED || model->objects[event->object].is_set)
    return;
  const struct task *pool = task_of(pools, executor);
  bool has_begun = pool->n_gets + pool->n_cancelled >= task_of(pools, event->object)->number;
  if (!has_begun && !has_candidate(pools, executor, event->site))
    note_candidate(pools, model, event, executor);
}

static void see_put(struct pools *pools, const struct event *event) {
  struct worker *worker = worker_of(pools, event->thread);
  uint64_t number = ++task_of(pools, event->object)->n_puts;
  if (worker->created) {
    struct task *task = task_of(pools, worker->created - 1);
    task->executor = event->object + 1;
    task->thread = event->thread;
    task->site = event->site;
    task->ordinal = event->ordinal;
    task->number = number;
  }
  worker->created = 0;
}

static void see_cancel(struct pools *pools, uint32_t future) {
  const struct task *task = task_of(pools, future);
  if (task->executor)
    task_of(pools, task->executor - 1)->n_cancelled++;
}

static void see_executor(struct pools *pools, const struct event *event) {
  struct worker *worker = worker_of(pools, event->thread);
  if (event->op == TRACE_PUT)
    see_put(pools, event);
  else if (event->op == TRACE_PUT_FAIL)
    worker->created = 0;
  else if (event->op == TRACE_GET) {
    worker->executor = event->object + 1;
    task_of(pools, event->object)->n_gets++;
  } else if (event->op == TRACE_TASK_DONE)
    worker->executor = 0;
}

static void see(void *state, const struct model *model, const struct event *event, struct findings *out) {
  struct pools *pools = state;
  uint32_t family = trace_family(event->kind);
  bool is_future = family == TRACE_KIND_FUTURE;
  if (!is_future && family != TRACE_KIND_EXECUTOR)
    return;
  if (event->op == TRACE_AWAIT_FAIL && event->result == EDEADLK)
    tell_refused(pools, model, event, out);
  else if (!is_future)
    see_executor(pools, event);
  else if (event->op == TRACE_INIT)
    worker_of(pools, event->thread)->created = event->object + 1;
  else if (event->op == TRACE_ABORT)
    see_cancel(pools, event->object);
  else if (event->op == TRACE_AWAIT)
    see_await(pools, model, event);
}

/* At the end all workers of the pool wait in this way. */
static void tell_starved(struct pools *pools, const struct model *model, uint32_t executor, struct findings *out) {
  uint64_t n = 0;
  uint32_t first = NO_INDEX;
  for (uint32_t i = 0; i < pools->n_workers; i++) {
    if (pools->workers[i].executor != executor + 1 || !waits_in_pool(pools, model, i, executor))
      continue;
    first = first == NO_INDEX ? i : first;
    n++;
  }
  const struct object *pool = &model->objects[executor];
  if (!n || !pool->value_known || n < pool->value)
    return;
  const struct blocked *blocked = &model->threads[first].blocked;
  struct finding *finding = misuse_new_stuck(model, first, "pool-starvation", "waits for it here");
  if (finding->verdict == VERDICT_OBSERVED)
    finding_reason(finding, "all workers of the pool were waiting in this way when the recording ended");
  finding_message(finding,
                  "%%t%" PRIu32 "%%, a worker of %%o%" PRIu32 "%%, waits for %%o%" PRIu32 "%% of the same pool, as all its workers do",
                  first, executor, blocked->object);
  fill(pools, finding, model, executor, blocked->object);
  show_others(pools, finding, model, executor);
  task_of(pools, executor)->is_told = true;
  findings_add(out, finding);
}

static void finish(void *state, const struct model *model, struct findings *out) {
  struct pools *pools = state;
  for (uint32_t i = 0; i < pools->n_tasks; i++)
    if (pools->tasks[i].n_gets && !pools->tasks[i].is_told)
      tell_starved(pools, model, i, out);
  for (uint32_t i = 0; i < pools->n_candidates; i++) {
    const struct candidate *candidate = &pools->candidates[i];
    if (task_of(pools, candidate->executor)->is_told)
      finding_free(candidate->finding);
    else
      findings_add(out, candidate->finding);
  }
  pools->n_candidates = 0;
}

static void done(void *state) {
  struct pools *pools = state;
  for (uint32_t i = 0; i < pools->n_candidates; i++)
    finding_free(pools->candidates[i].finding);
  free(pools->tasks);
  free(pools->workers);
  free(pools->candidates);
}

const struct detector detector_pool_starvation = {
    .id = "pool-starvation",
    .letter = 'P',
    .title = "Workers wait for tasks of their own pool",
    .ops = OP_BIT(TRACE_INIT) | OP_BIT(TRACE_PUT) | OP_BIT(TRACE_PUT_FAIL) | OP_BIT(TRACE_GET) | OP_BIT(TRACE_TASK_DONE) |
           OP_BIT(TRACE_AWAIT) | OP_BIT(TRACE_AWAIT_FAIL) | OP_BIT(TRACE_ABORT),
    .state_size = sizeof(struct pools),
    .event = see,
    .finish = finish,
    .done = done,
};
