/* stack.c - objects on the stacks of threads, which end without a call: with the frame that held them.
 *
 * A frame was left when its thread makes a call from above it. Each thread keeps a heap of the addresses of its stack's
 * objects, lowest first, so that an event costs one comparison with the lowest. What is held or waited on then is left
 * alone: it shall be told by those who look for locks that are never released. */
#include "model/model_private.h"

#include <stdlib.h>

#include "util/alloc.h"

/* Stacks are taken to reach at most this far down: a coroutine's stack elsewhere is not part of its thread's. */
#define STACK_BYTES (UINT64_C(8) << 20)
#define CREATORS_ASKED 4

static uint64_t stack_top(const struct model *model, uint32_t thread) {
  return thread < model->info->n_threads ? model->info->threads[thread].stack_top : 0;
}

static bool is_on_stack(const struct model *model, uint32_t thread, uint64_t lowest, uint64_t address) {
  uint64_t top = stack_top(model, thread);
  return lowest && lowest <= address && address < top && top - address <= STACK_BYTES && model->threads[thread].state != THREAD_ENDED;
}

/* Locks on a stack are used by their thread and by the threads it made: those lie above the call that made the thread. */
uint32_t stack_find(const struct model *model, const struct event *event, uint64_t address) {
  if (!address)
    return NO_INDEX;
  if (is_on_stack(model, event->thread, event->sp, address))
    return event->thread;
  uint32_t child = event->thread, creator = model->threads[child].creator;
  for (int i = 0; i < CREATORS_ASKED && creator != NO_INDEX; i++) {
    if (is_on_stack(model, creator, model->private_->threads[child].create_sp, address))
      return creator;
    child = creator;
    creator = model->threads[child].creator;
  }
  return NO_INDEX;
}

static void swap(struct stack_place *a, struct stack_place *b) {
  struct stack_place c = *a;
  *a = *b;
  *b = c;
}

void stack_note(struct model *model, uint32_t thread, uint32_t place, uint64_t address) {
  struct thread_private *private_ = &model->private_->threads[thread];
  private_->heap = grow(private_->heap, private_->n_heap, &private_->heap_capacity, sizeof *private_->heap);
  uint32_t at = private_->n_heap++;
  private_->heap[at] = (struct stack_place){address, place};
  for (; at && private_->heap[(at - 1) / 2].address > address; at = (at - 1) / 2)
    swap(&private_->heap[at], &private_->heap[(at - 1) / 2]);
  private_->lowest_on_stack = private_->heap[0].address;
}

static void drop_lowest(struct thread_private *private_) {
  struct stack_place *heap = private_->heap;
  uint32_t n = --private_->n_heap;
  heap[0] = heap[n];
  for (uint32_t at = 0, child; (child = 2 * at + 1) < n; at = child) {
    child += child + 1 < n && heap[child + 1].address < heap[child].address;
    if (heap[at].address <= heap[child].address)
      break;
    swap(&heap[at], &heap[child]);
  }
  private_->lowest_on_stack = n ? heap[0].address : UINT64_MAX;
}

static void leave(struct model *model, uint32_t thread, uint32_t place) {
  uint32_t index = model->current[place];
  if (index == NO_INDEX || model->objects[index].stack_thread != thread)
    return;
  if (object_is_live(&model->objects[index]))
    model->objects[index].stack_thread = NO_INDEX;
  else
    object_free(model, index);
}

void stack_leave_frames(struct model *model, const struct event *event) {
  struct thread_private *private_ = &model->private_->threads[event->thread];
  if (event->sp > stack_top(model, event->thread))
    return; /* a coroutine or signal handler on a stack of its own */
  while (event->sp > private_->lowest_on_stack) {
    uint32_t place = private_->heap[0].place;
    drop_lowest(private_);
    leave(model, event->thread, place);
  }
}

/* Main's stack stays until the process ends. */
void stack_end(struct model *model, uint32_t thread) {
  struct thread_private *private_ = &model->private_->threads[thread];
  for (uint32_t i = 0; i < private_->n_heap && !model->threads[thread].is_main; i++) {
    uint32_t index = model->current[private_->heap[i].place];
    if (index != NO_INDEX && model->objects[index].stack_thread == thread)
      object_free(model, index);
  }
  free(private_->heap);
  private_->heap = NULL;
  private_->n_heap = private_->heap_capacity = 0;
  private_->lowest_on_stack = UINT64_MAX;
}
