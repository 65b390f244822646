/* threads.c - the life of threads: created, running, ended, joined or detached. */
#include "model/model_private.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"

static void thread_init(struct model *model, uint32_t index) {
  struct thread *thread = &model->threads[index];
  thread->creator = thread->joiner = NO_INDEX;
  thread->is_main = index < model->info->n_threads && model->info->threads[index].number == 1;
  struct thread_private *private_ = &model->private_->threads[index];
  for (int i = 0; i < RECENT_RELEASES; i++)
    private_->released[i] = NO_INDEX;
  private_->wait_release = private_->wait_lock = NO_INDEX;
  private_->lowest_on_stack = UINT64_MAX;
}

void threads_reserve(struct model *model, uint32_t n) {
  if (n <= model->n_threads)
    return;
  if (n < model->info->n_threads)
    n = model->info->n_threads;
  model->threads = grow(model->threads, n - 1, &model->thread_capacity, sizeof *model->threads);
  model->private_->threads = grow(model->private_->threads, n - 1, &model->private_->thread_capacity, sizeof *model->private_->threads);
  while (model->n_threads < n)
    thread_init(model, model->n_threads++);
}

void thread_block(struct model *model, const struct event *event, uint32_t target) {
  model->threads[event->thread].blocked = (struct blocked){
      .op = event->op,
      .mode = event->mode,
      .object = event->object,
      .target = target,
      .site = event->site,
      .ordinal = event->ordinal,
      .time_ns = event->time_ns,
  };
}

void thread_create(struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return;
  struct thread *child = &model->threads[event->target];
  if (child->state == THREAD_UNKNOWN)
    child->state = THREAD_CREATED;
  child->creator = event->thread;
  child->kind = event->kind;
  child->create_site = event->site;
  child->create_ordinal = event->ordinal;
  model->private_->threads[event->target].create_sp = event->sp;
  child->is_detached = event->mode & TRACE_MODE_DETACHED;
}

void thread_create_failed(struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return;
  struct thread *child = &model->threads[event->target];
  child->state = THREAD_UNKNOWN;
  child->creator = NO_INDEX;
  child->create_site = 0;
}

void thread_end(struct model *model, const struct event *event) {
  struct thread *thread = &model->threads[event->thread];
  thread->state = THREAD_ENDED;
  thread->blocked.op = 0;
  stack_end(model, event->thread);
}

void thread_join(struct model *model, const struct event *event) {
  model->threads[event->thread].blocked.op = 0;
  if (event->target == NO_INDEX)
    return;
  struct thread *target = &model->threads[event->target];
  if (target->is_joined)
    return;
  target->is_joined = true;
  target->state = THREAD_ENDED;
  target->joiner = event->thread;
  target->join_site = event->site;
  target->join_ordinal = event->ordinal;
}

void thread_detach(struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return;
  struct thread *target = &model->threads[event->target];
  if (target->is_detached)
    return;
  target->is_detached = true;
  target->detach_site = event->site;
}

/* Somebody else is inside an untimed join of the target. */
static bool is_being_joined(const struct model *model, uint32_t target, uint32_t but) {
  for (uint32_t i = 0; i < model->n_threads; i++)
    if (i != but && model->threads[i].blocked.op == TRACE_JOIN_REQ && model->threads[i].blocked.target == target)
      return true;
  return false;
}

/* A thread of libtrack's primitives may be joined by several threads. */
static bool is_joined_at_will(const struct event *event, const struct thread *target) {
  return event->kind || target->kind;
}

uint32_t thread_judge_join(const struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return 0;
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  if (event->op != TRACE_JOIN_REQ && blocked->op == TRACE_JOIN_REQ && blocked->target == event->target) {
    bool lost_to_another = event->op == TRACE_JOIN_FAIL && event->result == EINVAL && !event->kind &&
                           !model->threads[event->target].is_joined && !model->threads[event->target].is_detached &&
                           is_being_joined(model, event->target, event->thread);
    return lost_to_another ? ODD_JOIN_TWICE : 0; /* everything else was told at the request */
  }
  if (event->target == event->thread)
    return ODD_JOIN_SELF;
  const struct thread *target = &model->threads[event->target];
  if (is_joined_at_will(event, target))
    return 0;
  if (target->is_joined)
    return ODD_JOIN_TWICE;
  return target->is_detached ? ODD_JOIN_DETACHED : 0;
}

uint32_t thread_judge_detach(const struct model *model, const struct event *event) {
  if (event->target == NO_INDEX)
    return 0;
  const struct thread *target = &model->threads[event->target];
  if (target->is_joined)
    return ODD_JOIN_TWICE;
  return target->is_detached ? ODD_JOIN_DETACHED : 0;
}
