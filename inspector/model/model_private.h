/* model_private.h - what the files of the model share and nobody else sees. */
#ifndef INSPECTOR_MODEL_PRIVATE_H
#define INSPECTOR_MODEL_PRIVATE_H

#include "model/model.h"

#define RECENT_RELEASES 2

struct stack_place {
  uint64_t address;
  uint32_t place;
};

struct thread_private {
  uint64_t lowest_on_stack;           /* address of the lowest object on its stack, UINT64_MAX none */
  uint32_t released[RECENT_RELEASES]; /* the locks it gave up last, newest first */
  bool waits_unlocked;                /* the condition wait it is in began without the mutex */
  uint64_t create_sp;                 /* its creator's stack pointer when it was made */
  uint64_t release_event;             /* thread.n_events when it gave up the newest */
  uint32_t wait_release;              /* the mutex it gave up for the condition wait that is beginning, NO_INDEX none */
  uint32_t wait_lock, wait_depth;     /* the rlock it gave up for a wait, and how deep it was held; 0: none */
  uint32_t round;                     /* of the barrier that it stands at, NO_INDEX: it came when that was broken */
  struct stack_place *heap;           /* places on its stack, lowest first */
  uint32_t n_heap, heap_capacity;
};

struct model_private {
  struct thread_private *threads; /* beside model.threads */
  uint32_t thread_capacity, current_capacity, fork_capacity;
  struct fork_held *inherited; /* sorted by address */
  uint32_t n_inherited;
  const char *fork_place; /* where this process was forked; may be NULL */
};

/* threads.c */
void threads_reserve(struct model *model, uint32_t n);
void thread_block(struct model *model, const struct event *event, uint32_t target);

void file_lock_apply(struct model *model, const struct event *event);
void thread_create(struct model *model, const struct event *event);
void thread_create_failed(struct model *model, const struct event *event);
void thread_end(struct model *model, const struct event *event);
void thread_join(struct model *model, const struct event *event);
void thread_detach(struct model *model, const struct event *event);
uint32_t thread_judge_join(const struct model *model, const struct event *event);
uint32_t thread_judge_detach(const struct model *model, const struct event *event);

/* objects.c: which object an event is about, and how objects begin and end */
void places_reserve(struct model *model, uint32_t n);
uint32_t object_new(struct model *model, const struct event *event, uint32_t place, uint16_t kind);
uint32_t object_check(struct model *model, const struct event *event, uint32_t index);
bool object_is_live(const struct object *object);
void object_begin(struct model *model, const struct event *event);
void object_end(struct model *model, const struct event *event);
void object_free(struct model *model, uint32_t index);

/* stack.c: objects in the frames of threads */
uint32_t stack_find(const struct model *model, const struct event *event, uint64_t address);
void stack_note(struct model *model, uint32_t thread, uint32_t place, uint64_t address);
void stack_leave_frames(struct model *model, const struct event *event);
void stack_end(struct model *model, uint32_t thread);

/* locks.c: who holds what */
struct held *held_find(const struct thread *thread, uint32_t object);
void lock_take(struct model *model, const struct event *event);
void lock_release(struct model *model, const struct event *event);
void lock_inherit(struct model *model, uint32_t thread, uint32_t index, const struct fork_held *held);
void lock_forget(struct model *model, uint32_t object);
uint32_t lock_judge_acquire(const struct model *model, const struct event *event);
uint32_t lock_judge_request(const struct model *model, const struct event *event);
uint32_t lock_judge_release(const struct model *model, const struct event *event);
uint32_t lock_judge_release_failed(const struct model *model, const struct event *event);

/* waits.c: conditions and semaphores */
void wait_begin(struct model *model, const struct event *event);
void wait_end(struct model *model, const struct event *event);
void wait_notify(struct model *model, const struct event *event);
void semaphore_end_wait(struct model *model, const struct event *event);
void semaphore_post(struct model *model, const struct event *event, bool is_taken_back);
uint32_t wait_judge(const struct model *model, const struct event *event);
uint32_t notify_judge(const struct model *model, const struct event *event);

/* barriers.c */
void barrier_arrive(struct model *model, const struct event *event);
void barrier_leave(struct model *model, const struct event *event);
void barrier_empty(struct model *model, const struct event *event);
bool barrier_stands(const struct model *model, uint32_t thread);
uint32_t barrier_judge(const struct model *model, const struct event *event);

/* events.c: events, futures, timers, queues, executors */
void event_block(struct model *model, const struct event *event);
void event_unblock(struct model *model, const struct event *event);
void event_set(struct model *model, const struct event *event);
void event_clear(struct model *model, const struct event *event);
void queue_put(struct model *model, const struct event *event);
void queue_get(struct model *model, const struct event *event);
void queue_task_done(struct model *model, const struct event *event);
void queue_shutdown(struct model *model, const struct event *event);

/* fork.c */
void fork_remember(struct model *model, const struct event *event);
void fork_apply_inherited(struct model *model, uint32_t object, uint32_t thread);

static inline bool is_checked_mutex(uint16_t kind) {
  return trace_family(kind) == TRACE_KIND_MUTEX && kind & (TRACE_TYPE_RECURSIVE | TRACE_TYPE_ERRORCHECK | TRACE_TYPE_ROBUST);
}

#endif
