/* test_model.c - the model driven by hand-made events: what text traces cannot say (addresses, stacks, forks, native releases). */
#include <CUnit/Basic.h>
#include <errno.h>
#include <stdlib.h>

#include "model/model.h"

enum { THREADS = 4, PLACES = 16, MUTEX = TRACE_KIND_MUTEX, HEAP = 0x5000 };
#define STACK_TOP UINT64_C(0x7f0000100000)

/* A native recording with four threads, whose stacks lie apart, and places 0-7 on the heap, 8-15 on the stack of thread 0. */
struct world {
  struct source_thread threads[THREADS];
  struct source_place places[PLACES];
  struct source_info info;
  struct model *model;
  uint64_t ordinal;
};

static void world_init(struct world *world) {
  *world = (struct world){.info = {.pid = 1, .n_threads = THREADS, .n_places = PLACES}};
  for (uint32_t i = 0; i < THREADS; i++)
    world->threads[i] = (struct source_thread){.number = i + 1, .stack_top = STACK_TOP + i * UINT64_C(0x10000000)};
  for (uint32_t i = 0; i < PLACES; i++)
    world->places[i].address = i < 8 ? HEAP + i * 64u : STACK_TOP - 0x1000 + (i - 8) * 64u;
  world->info.threads = world->threads;
  world->info.places = world->places;
  world->model = model_new(&world->info);
}

static void world_done(struct world *world) {
  model_free(world->model);
}

static struct event play_event(struct world *world, struct event event) {
  event.ordinal = ++world->ordinal;
  model_judge(world->model, &event);
  model_apply(world->model, &event);
  return event;
}

static struct event play(struct world *world, uint32_t thread, enum trace_op op, uint32_t place, uint16_t kind, uint8_t mode) {
  return play_event(world,
                    (struct event){.thread = thread, .op = (uint8_t)op, .place = place, .place2 = NO_INDEX, .kind = kind, .mode = mode});
}

static struct event play_at(struct world *world, uint64_t sp, enum trace_op op, uint32_t place) {
  return play_event(world, (struct event){.op = (uint8_t)op, .place = place, .place2 = NO_INDEX, .kind = MUTEX, .sp = sp});
}

static const struct object *object(const struct world *world, uint32_t index) {
  return &world->model->objects[index];
}
static const struct thread *thread(const struct world *world, uint32_t index) {
  return &world->model->threads[index];
}

static void holds_are_kept_in_order_with_depth_and_lockset(void) {
  struct world w;
  world_init(&w);
  uint32_t a = play(&w, 0, TRACE_ACQ, 0, MUTEX | TRACE_TYPE_RECURSIVE, 0).object;
  uint32_t b = play(&w, 0, TRACE_ACQ, 1, MUTEX, 0).object;
  play(&w, 0, TRACE_ACQ, 0, MUTEX | TRACE_TYPE_RECURSIVE, 0);
  CU_ASSERT_EQUAL_FATAL(thread(&w, 0)->n_held, 2);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].object, a);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].depth, 2);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].ordinal, 1);
  CU_ASSERT_EQUAL(lockset_size(w.model->locksets, thread(&w, 0)->lockset), 2);
  play(&w, 0, TRACE_REL, 0, MUTEX | TRACE_TYPE_RECURSIVE, 0);
  CU_ASSERT_EQUAL(object(&w, a)->owner, 0);
  play(&w, 0, TRACE_REL, 0, MUTEX | TRACE_TYPE_RECURSIVE, 0);
  CU_ASSERT_EQUAL(object(&w, a)->owner, NO_INDEX);
  CU_ASSERT_PTR_NULL(thread_held(thread(&w, 0), a));
  CU_ASSERT_PTR_NOT_NULL(thread_held(thread(&w, 0), b));
  play(&w, 0, TRACE_REL, 1, MUTEX, 0);
  CU_ASSERT_EQUAL(thread(&w, 0)->lockset, LOCKSET_EMPTY);
  CU_ASSERT_EQUAL(w.model->contradictions, 0);
  world_done(&w);
}

static void a_release_by_the_named_owner_is_never_odd(void) {
  struct world w;
  world_init(&w);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL, 0, MUTEX, 0).oddity, 0); /* locked before the recording began */
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL_ODD, 0, MUTEX, 0).oddity, ODD_UNLOCK_FREE);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL, 1, TRACE_KIND_SPIN, 0).oddity, ODD_UNLOCK_FREE);
  world_done(&w);
}

static void a_refused_release_is_told_once_and_frees_nothing(void) {
  struct world w;
  world_init(&w);
  uint16_t kind = MUTEX | TRACE_TYPE_ERRORCHECK;
  uint32_t a = play(&w, 0, TRACE_ACQ, 0, kind, 0).object;
  CU_ASSERT_EQUAL(play(&w, 1, TRACE_REL_ODD, 0, kind, 0).oddity, 0);
  struct event refusal = play_event(&w, (struct event){.thread = 1, .op = TRACE_REL_FAIL, .kind = kind, .result = EPERM});
  CU_ASSERT_EQUAL(refusal.oddity, ODD_UNLOCK_OTHER);
  CU_ASSERT_EQUAL(object(&w, a)->owner, 0);
  world_done(&w);
}

static void an_acquisition_that_cannot_be_is_counted_and_believed(void) {
  struct world w;
  world_init(&w);
  uint32_t a = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0).object;
  play(&w, 1, TRACE_ACQ, 0, MUTEX, 0);
  CU_ASSERT_EQUAL(w.model->contradictions, 1);
  CU_ASSERT_EQUAL(object(&w, a)->owner, 1);
  CU_ASSERT_EQUAL(thread(&w, 0)->n_held, 0);
  play(&w, 1, TRACE_ACQ, 0, MUTEX, 0); /* plain, by its holder: the release is missing */
  CU_ASSERT_EQUAL(w.model->contradictions, 2);
  CU_ASSERT_EQUAL(thread(&w, 1)->held[0].depth, 1);
  world_done(&w);
}

static void a_dead_owner_loses_a_robust_mutex(void) {
  struct world w;
  world_init(&w);
  uint16_t kind = MUTEX | TRACE_TYPE_ROBUST;
  play(&w, 1, TRACE_ACQ, 0, kind, 0);
  CU_ASSERT_EQUAL(play(&w, 1, TRACE_THREAD_END, 0, 0, 0).oddity, ODD_END_HOLDING);
  uint32_t a = play(&w, 0, TRACE_ACQ, 0, kind, TRACE_MODE_OWNER_DEAD).object;
  CU_ASSERT_EQUAL(object(&w, a)->owner, 0);
  CU_ASSERT_EQUAL(thread(&w, 1)->n_held, 0);
  CU_ASSERT_EQUAL(w.model->contradictions, 0);
  world_done(&w);
}

static void freed_memory_holds_a_new_object(void) {
  struct world w;
  world_init(&w);
  uint32_t first = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0).object;
  play(&w, 0, TRACE_REL, 0, MUTEX, 0);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_FREE, 0, TRACE_KIND_UNKNOWN, 0).oddity, 0);
  uint32_t second = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0).object;
  CU_ASSERT_NOT_EQUAL(first, second);
  CU_ASSERT_EQUAL(object(&w, second)->generation, 1);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_FREE, 0, TRACE_KIND_UNKNOWN, 0).oddity, ODD_FREE_HELD);
  CU_ASSERT_EQUAL(thread(&w, 0)->n_held, 0);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL_ODD, 0, MUTEX, 0).oddity, 0); /* follows from the freeing */
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_FREE, 5, TRACE_KIND_UNKNOWN, 0).object, NO_INDEX);
  world_done(&w);
}

static void another_kind_at_an_address_is_another_object(void) {
  struct world w;
  world_init(&w);
  uint32_t mutex = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0).object;
  uint32_t rwlock = play(&w, 1, TRACE_ACQ, 0, TRACE_KIND_RWLOCK, TRACE_MODE_READ).object;
  CU_ASSERT_NOT_EQUAL(mutex, rwlock);
  CU_ASSERT_EQUAL(thread(&w, 0)->n_held, 0);
  CU_ASSERT_EQUAL(w.model->contradictions, 0);
  world_done(&w);
}

static void a_frame_that_was_left_takes_its_free_locks_along(void) {
  struct world w;
  world_init(&w);
  uint64_t address = w.places[8].address;
  uint32_t first = play_at(&w, address - 64, TRACE_ACQ, 8).object, heap = play_at(&w, address - 64, TRACE_ACQ, 1).object;
  CU_ASSERT_EQUAL(object(&w, first)->stack_thread, 0);
  play_at(&w, address - 64, TRACE_REL, 8);
  play_at(&w, address - 128, TRACE_REL, 1); /* further down: the frame is there */
  CU_ASSERT_EQUAL(play_at(&w, address - 128, TRACE_ACQ, 8).object, first);
  play_at(&w, address - 128, TRACE_REL, 8);
  CU_ASSERT_EQUAL(play_at(&w, address + 64, TRACE_ACQ, 1).object, heap); /* from above it: the frame is gone */
  CU_ASSERT_NOT_EQUAL(play_at(&w, address - 64, TRACE_ACQ, 8).object, first);
  world_done(&w);
}

static void a_held_lock_in_a_frame_that_was_left_stays_what_it_is(void) {
  struct world w;
  world_init(&w);
  uint64_t address = w.places[8].address;
  uint32_t first = play_at(&w, address - 64, TRACE_ACQ, 8).object;
  play_at(&w, address + 64, TRACE_ACQ, 1);
  CU_ASSERT_EQUAL(play_at(&w, address - 64, TRACE_REQ, 8).object, first);
  CU_ASSERT_EQUAL(object(&w, first)->owner, 0);
  world_done(&w);
}

static void a_call_from_another_stack_leaves_no_frame(void) {
  struct world w;
  world_init(&w);
  uint64_t address = w.places[8].address;
  uint32_t first = play_at(&w, address - 64, TRACE_ACQ, 8).object;
  play_at(&w, address - 64, TRACE_REL, 8);
  play_at(&w, STACK_TOP + 0x5000, TRACE_ACQ, 1); /* a coroutine */
  CU_ASSERT_EQUAL(play_at(&w, address - 64, TRACE_ACQ, 8).object, first);
  world_done(&w);
}

static void frames_are_left_lowest_first_whatever_the_order_of_use(void) {
  struct world w;
  world_init(&w);
  static const uint32_t order[] = {11, 8, 14, 9, 13, 10, 12};
  uint32_t first[PLACES];
  for (unsigned i = 0; i < 7; i++) {
    first[order[i]] = play_at(&w, w.places[8].address, TRACE_ACQ, order[i]).object;
    play_at(&w, w.places[8].address, TRACE_REL, order[i]);
  }
  play_at(&w, w.places[11].address, TRACE_ACQ, 1);
  for (uint32_t i = 8; i < 15; i++)
    CU_ASSERT_EQUAL(object(&w, first[i])->is_freed, i < 11);
  world_done(&w);
}

static void a_condition_that_no_call_made_may_be_constructed_again(void) {
  struct world w;
  world_init(&w);
  uint32_t first = play(&w, 0, TRACE_SIGNAL, 0, TRACE_KIND_CONDITION, 0).object;
  play(&w, 0, TRACE_DESTROY, 0, TRACE_KIND_CONDITION, 0);
  struct event again = play(&w, 0, TRACE_SIGNAL, 0, TRACE_KIND_CONDITION, 0);
  CU_ASSERT_EQUAL(again.oddity, 0);
  CU_ASSERT_NOT_EQUAL(again.object, first);
  struct source_module program = {.begin = HEAP, .end = HEAP + 0x1000}; /* now it is a variable */
  w.info.modules = &program;
  w.info.n_modules = 1;
  play(&w, 0, TRACE_DESTROY, 0, TRACE_KIND_CONDITION, 0);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_SIGNAL, 0, TRACE_KIND_CONDITION, 0).oddity, ODD_USE_DESTROYED);
  world_done(&w);
}

static void a_creators_stack_is_known_from_the_call_that_made_the_thread(void) {
  struct world w;
  world_init(&w);
  play_event(&w, (struct event){.op = TRACE_CREATE, .target = 1, .place2 = NO_INDEX, .sp = w.places[10].address});
  struct event above = {.thread = 1, .op = TRACE_ACQ, .place = 11, .place2 = NO_INDEX, .kind = MUTEX, .sp = w.threads[1].stack_top - 512};
  CU_ASSERT_EQUAL(object(&w, play_event(&w, above).object)->stack_thread, 0);
  struct event below = above;
  below.place = 9;
  CU_ASSERT_EQUAL(object(&w, play_event(&w, below).object)->stack_thread, NO_INDEX);
  world_done(&w);
}

static void the_end_of_a_thread_ends_what_lay_on_its_stack(void) {
  struct world w;
  world_init(&w);
  w.places[15].address = w.threads[2].stack_top - 256;
  struct event lock = {.thread = 2, .op = TRACE_ACQ, .place = 15, .place2 = NO_INDEX, .kind = MUTEX, .sp = w.threads[2].stack_top - 512};
  uint32_t first = play_event(&w, lock).object;
  lock.op = TRACE_REL;
  play_event(&w, lock);
  play(&w, 2, TRACE_THREAD_END, 0, 0, 0);
  CU_ASSERT_TRUE(object(&w, first)->is_freed);
  CU_ASSERT_NOT_EQUAL(play(&w, 3, TRACE_ACQ, 15, MUTEX, 0).object, first);
  world_done(&w);
}

static void a_destroyed_mutex_that_can_be_locked_was_assigned_anew(void) {
  struct world w;
  world_init(&w);
  uint32_t first = play(&w, 0, TRACE_INIT, 0, MUTEX, 0).object;
  play(&w, 0, TRACE_DESTROY, 0, MUTEX, 0);
  struct event again = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0);
  CU_ASSERT_EQUAL(again.oddity, 0);
  CU_ASSERT_NOT_EQUAL(again.object, first);
  play(&w, 0, TRACE_INIT, 1, TRACE_KIND_RWLOCK, 0);
  play(&w, 0, TRACE_DESTROY, 1, TRACE_KIND_RWLOCK, 0);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_ACQ, 1, TRACE_KIND_RWLOCK, 0).oddity, ODD_USE_DESTROYED);
  world_done(&w);
}

static void init_names_the_object_it_replaces(void) {
  struct world w;
  world_init(&w);
  uint32_t first = play(&w, 0, TRACE_ACQ, 0, MUTEX, 0).object;
  struct event init = play(&w, 1, TRACE_INIT, 0, MUTEX, 0);
  CU_ASSERT_EQUAL(init.oddity, ODD_REINIT_LIVE);
  CU_ASSERT_EQUAL(init.object2, first);
  CU_ASSERT_NOT_EQUAL(init.object, first);
  CU_ASSERT_EQUAL(w.model->current[0], init.object);
  CU_ASSERT_EQUAL(play(&w, 1, TRACE_INIT, 1, MUTEX, 0).object2, NO_INDEX);
  world_done(&w);
}

static struct event condition_event(enum trace_op op, uint32_t thread_index, uint32_t place, uint32_t mutex) {
  return (struct event){.thread = thread_index, .op = (uint8_t)op, .place = place, .place2 = mutex, .kind = TRACE_KIND_CONDITION};
}

static void a_wait_gives_up_one_level_and_takes_it_back(void) {
  struct world w;
  world_init(&w);
  uint16_t kind = MUTEX | TRACE_TYPE_RECURSIVE;
  uint32_t m = play(&w, 0, TRACE_ACQ, 0, kind, 0).object;
  play(&w, 0, TRACE_ACQ, 0, kind, 0);
  play(&w, 0, TRACE_REL, 0, kind, TRACE_MODE_CONDITION);
  struct event wait = play_event(&w, condition_event(TRACE_WAIT, 0, 1, 0));
  CU_ASSERT_EQUAL(wait.oddity, 0);
  CU_ASSERT_EQUAL(wait.object2, m);
  CU_ASSERT_EQUAL(object(&w, wait.object)->n_waiters, 1);
  CU_ASSERT_EQUAL(thread(&w, 0)->blocked.op, TRACE_WAIT);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].depth, 1);
  play_event(&w, condition_event(TRACE_WAKE, 0, 1, 0));
  CU_ASSERT_EQUAL(thread(&w, 0)->blocked.op, 0);
  play(&w, 0, TRACE_ACQ, 0, kind, TRACE_MODE_CONDITION);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].depth, 2);
  world_done(&w);
}

static void what_a_wait_without_the_mutex_brings_back_is_not_forgotten(void) {
  struct world w;
  world_init(&w);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL_ODD, 0, MUTEX, TRACE_MODE_CONDITION).oddity, 0); /* told at the wait */
  CU_ASSERT_EQUAL(play_event(&w, condition_event(TRACE_WAIT, 0, 1, 0)).oddity, ODD_WAIT_UNLOCKED);
  play_event(&w, condition_event(TRACE_WAKE, 0, 1, 0));
  play(&w, 0, TRACE_ACQ, 0, MUTEX, TRACE_MODE_CONDITION);
  CU_ASSERT_EQUAL(thread(&w, 0)->n_held, 1);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_EXIT, 0, 0, 0).oddity, 0);
  world_done(&w);
}

/* The parent forks while it holds place 0 and another thread holds place 1. */
static void fork_with_two_locks_held(struct world *parent, struct world *child) {
  world_init(parent);
  world_init(child);
  child->info.parent_pid = 1;
  play(parent, 0, TRACE_ACQ, 0, MUTEX, 0);
  play(parent, 1, TRACE_ACQ, 1, MUTEX, 0);
  play_event(parent, (struct event){.op = TRACE_FORK, .value = 7});
}

static void a_forked_child_holds_what_the_forking_thread_held(void) {
  struct world parent, child;
  fork_with_two_locks_held(&parent, &child);
  CU_ASSERT_EQUAL_FATAL(parent.model->n_forks, 1);
  CU_ASSERT_EQUAL(parent.model->forks[0].fork_number, 7);
  model_inherit(child.model, &parent.model->forks[0]);
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_REL_ODD, 0, MUTEX, 0).oddity, 0); /* its own */
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_REL_ODD, 1, MUTEX, 0).oddity, 0); /* of a thread that is not there: an atfork handler */
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_REL_ODD, 1, MUTEX, 0).oddity, ODD_UNLOCK_FREE);
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_REL_ODD, 2, MUTEX, 0).oddity, ODD_UNLOCK_FREE);
  world_done(&parent);
  world_done(&child);
}

static void a_child_without_its_parents_recording_is_not_accused(void) {
  struct world parent, child;
  fork_with_two_locks_held(&parent, &child);
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_REL_ODD, 2, MUTEX, 0).oddity, 0);
  CU_ASSERT_EQUAL(play(&child, 0, TRACE_INIT, 1, MUTEX, 0).oddity, 0);
  world_done(&parent);
  world_done(&child);
}

static void semaphore_counts_and_blocked_threads_follow(void) {
  struct world w;
  world_init(&w);
  uint32_t s = play_event(&w, (struct event){.op = TRACE_INIT, .place2 = NO_INDEX, .kind = TRACE_KIND_SEMAPHORE, .value = 1}).object;
  play(&w, 0, TRACE_SEM_WAIT, 0, TRACE_KIND_SEMAPHORE, 0);
  CU_ASSERT_EQUAL(object(&w, s)->value, 0);
  play(&w, 1, TRACE_SEM_REQ, 0, TRACE_KIND_SEMAPHORE, 0);
  CU_ASSERT_EQUAL(object_n_stuck(object(&w, s)), 1);
  CU_ASSERT_EQUAL(thread(&w, 1)->blocked.object, s);
  play(&w, 0, TRACE_POST, 0, TRACE_KIND_SEMAPHORE, 0);
  CU_ASSERT_EQUAL(object_n_stuck(object(&w, s)), 0);
  play(&w, 1, TRACE_SEM_WAIT, 0, TRACE_KIND_SEMAPHORE, 0);
  CU_ASSERT_EQUAL(thread(&w, 1)->blocked.op, 0);
  CU_ASSERT_EQUAL(object(&w, s)->value, 0);
  world_done(&w);
}

static void a_barrier_that_was_never_made_is_odd_unless_others_may_have_made_it(void) {
  struct world w;
  world_init(&w);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_ARRIVE, 0, TRACE_KIND_BARRIER, 0).oddity, ODD_BARRIER);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_ARRIVE, 1, TRACE_KIND_BARRIER | TRACE_TYPE_SHARED, 0).oddity, 0);
  world_done(&w);
}

enum { RLOCK = TRACE_KIND_RLOCK | TRACE_TYPE_RECURSIVE, COUNTED = TRACE_KIND_BOUNDED_SEMAPHORE, MEETING = TRACE_KIND_TRACK_BARRIER };

static struct event play_with(struct world *world, uint32_t thread, enum trace_op op, uint16_t kind, uint64_t value, int32_t result) {
  return play_event(
      world, (struct event){.thread = thread, .op = (uint8_t)op, .place2 = NO_INDEX, .kind = kind, .value = value, .result = result});
}

static void a_wait_gives_up_an_rlock_however_deep(void) {
  struct world w;
  world_init(&w);
  uint32_t lock = play(&w, 0, TRACE_ACQ, 0, RLOCK, 0).object;
  play(&w, 0, TRACE_ACQ, 0, RLOCK, 0);
  play(&w, 0, TRACE_ACQ, 0, RLOCK, 0);
  play(&w, 0, TRACE_REL, 0, RLOCK, TRACE_MODE_CONDITION);
  CU_ASSERT_EQUAL(object(&w, lock)->owner, NO_INDEX);
  CU_ASSERT_EQUAL(thread(&w, 0)->lockset, LOCKSET_EMPTY);
  struct event wait = {.op = TRACE_WAIT, .place = 1, .place2 = 0, .kind = TRACE_KIND_TRACK_CONDITION};
  CU_ASSERT_EQUAL(play_event(&w, wait).oddity, 0);
  play(&w, 1, TRACE_ACQ, 0, RLOCK, 0);
  play(&w, 1, TRACE_REL, 0, RLOCK, 0);
  wait.op = TRACE_WAKE;
  play_event(&w, wait);
  play(&w, 0, TRACE_ACQ, 0, RLOCK, TRACE_MODE_CONDITION);
  CU_ASSERT_EQUAL(thread(&w, 0)->held[0].depth, 3);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(play(&w, 0, TRACE_REL, 0, RLOCK, 0).oddity, 0);
  CU_ASSERT_EQUAL(thread(&w, 0)->n_held, 0);
  CU_ASSERT_EQUAL(w.model->contradictions, 0);
  world_done(&w);
}

static void a_track_lock_goes_from_hand_to_hand(void) {
  struct world w;
  world_init(&w);
  uint32_t lock = play(&w, 0, TRACE_ACQ, 0, TRACE_KIND_LOCK, 0).object;
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_REQ, 0, TRACE_KIND_LOCK, 0).oddity, 0);
  CU_ASSERT_EQUAL(play(&w, 1, TRACE_REL_ODD, 0, TRACE_KIND_LOCK, 0).oddity, ODD_HANDED_OVER);
  CU_ASSERT_EQUAL(object(&w, lock)->owner, NO_INDEX);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_ACQ, 0, TRACE_KIND_LOCK, TRACE_MODE_WAITED).oddity, 0);
  CU_ASSERT_EQUAL(play(&w, 0, TRACE_THREAD_END, NO_INDEX, 0, 0).oddity, 0); /* it is handed on, not forgotten */
  CU_ASSERT_EQUAL(w.model->contradictions, 0);
  world_done(&w);
}

static void a_refused_release_of_a_track_lock_says_that_it_was_free(void) {
  struct world w;
  world_init(&w);
  play(&w, 1, TRACE_ACQ, 0, TRACE_KIND_LOCK, 0); /* just now, by the order of times */
  CU_ASSERT_EQUAL(play_with(&w, 0, TRACE_REL_FAIL, TRACE_KIND_LOCK, 0, EPERM).oddity, ODD_UNLOCK_FREE);
  world_done(&w);
}

static void several_are_posted_and_taken_back_at_once(void) {
  struct world w;
  world_init(&w);
  uint32_t s = play_with(&w, 0, TRACE_INIT, COUNTED, 3, 0).object;
  play_with(&w, 0, TRACE_POST, COUNTED, 4, 0);
  CU_ASSERT_EQUAL(object(&w, s)->value, 7);
  CU_ASSERT_EQUAL(play_with(&w, 0, TRACE_POST_FAIL, COUNTED, 4, EOVERFLOW).oddity, ODD_SEM_OVERFLOW);
  CU_ASSERT_EQUAL(object(&w, s)->value, 3);
  play_with(&w, 0, TRACE_POST_FAIL, COUNTED, UINT64_MAX, EOVERFLOW);
  play_with(&w, 0, TRACE_POST, COUNTED, UINT64_MAX, 0);
  play_with(&w, 0, TRACE_POST, COUNTED, UINT64_MAX, 0);
  CU_ASSERT_EQUAL(object(&w, s)->value, UINT64_MAX);
  world_done(&w);
}

static uint32_t n_standing(const struct world *w, uint32_t barrier) {
  return object_n_stuck(object(w, barrier));
}

static void a_broken_barrier_lets_all_go_until_it_is_reset(void) {
  struct world w;
  world_init(&w);
  uint32_t b = play_with(&w, 0, TRACE_INIT, MEETING, 3, 0).object;
  play(&w, 0, TRACE_ARRIVE, 0, MEETING, 0);
  play(&w, 1, TRACE_ARRIVE, 0, MEETING, TRACE_MODE_TIMED);
  CU_ASSERT_EQUAL(n_standing(&w, b), 2);
  play_with(&w, 1, TRACE_LEAVE, MEETING, 0, ETIMEDOUT);
  CU_ASSERT_TRUE(object(&w, b)->is_broken);
  CU_ASSERT_EQUAL(n_standing(&w, b), 0);
  play(&w, 2, TRACE_ARRIVE, 0, MEETING, 0);
  CU_ASSERT_EQUAL(n_standing(&w, b), 0);
  play(&w, 3, TRACE_RESET, 0, MEETING, 0);
  play(&w, 1, TRACE_ARRIVE, 0, MEETING, 0);
  play_with(&w, 0, TRACE_LEAVE, MEETING, 0, ECANCELED); /* they were released by the break, the next round does not concern them */
  play_with(&w, 2, TRACE_LEAVE, MEETING, 0, ECANCELED);
  CU_ASSERT_FALSE(object(&w, b)->is_broken);
  CU_ASSERT_EQUAL(n_standing(&w, b), 1);
  world_done(&w);
}

static void a_failed_action_breaks_the_round_that_it_ended(void) {
  struct world w;
  world_init(&w);
  uint32_t b = play_with(&w, 0, TRACE_INIT, MEETING, 2, 0).object;
  play(&w, 0, TRACE_ARRIVE, 0, MEETING, 0);
  play(&w, 1, TRACE_ARRIVE, 0, MEETING, 0);
  play(&w, 2, TRACE_ARRIVE, 0, MEETING, 0); /* while the action runs */
  play_with(&w, 1, TRACE_LEAVE, MEETING, 0, EIO);
  CU_ASSERT_TRUE(object(&w, b)->is_broken);
  CU_ASSERT_EQUAL(n_standing(&w, b), 0);
  play(&w, 3, TRACE_RESET, 0, MEETING, 0);
  play_with(&w, 0, TRACE_LEAVE, MEETING, 0, ECANCELED);
  CU_ASSERT_FALSE(object(&w, b)->is_broken);
  world_done(&w);
}

static void who_leaves_a_barrier_is_right_about_the_round(void) {
  struct world w;
  world_init(&w);
  uint32_t b = play_with(&w, 0, TRACE_INIT, MEETING, 2, 0).object;
  play(&w, 3, TRACE_ABORT, 0, MEETING, 0);
  play(&w, 0, TRACE_ARRIVE, 0, MEETING, 0); /* its number is before the reset's, its effect was not */
  play(&w, 3, TRACE_RESET, 0, MEETING, 0);
  play(&w, 1, TRACE_ARRIVE, 0, MEETING, 0);
  CU_ASSERT_EQUAL(n_standing(&w, b), 1);
  play(&w, 0, TRACE_LEAVE, 0, MEETING, 0);
  play(&w, 1, TRACE_LEAVE, 0, MEETING, 0);
  CU_ASSERT_EQUAL(n_standing(&w, b), 0);
  world_done(&w);
}

static void who_waited_is_let_go_by_a_set_that_is_cleared_at_once(void) {
  struct world w;
  world_init(&w);
  uint32_t e = play(&w, 0, TRACE_AWAIT, 0, TRACE_KIND_TRACK_EVENT, 0).object;
  CU_ASSERT_EQUAL(thread(&w, 0)->blocked.op, TRACE_AWAIT);
  CU_ASSERT_TRUE(thread_waits_on(w.model, 0));
  play(&w, 1, TRACE_SET, 0, TRACE_KIND_TRACK_EVENT, 0);
  play(&w, 1, TRACE_CLEAR, 0, TRACE_KIND_TRACK_EVENT, 0);
  CU_ASSERT_FALSE(thread_waits_on(w.model, 0));
  play(&w, 1, TRACE_AWAIT, 0, TRACE_KIND_TRACK_EVENT, 0);
  CU_ASSERT_EQUAL(object_n_stuck(object(&w, e)), 1);
  play(&w, 0, TRACE_PASS, 0, TRACE_KIND_TRACK_EVENT, 0);
  CU_ASSERT_EQUAL(object_n_stuck(object(&w, e)), 1);
  CU_ASSERT_EQUAL(thread(&w, 0)->blocked.op, 0);
  CU_ASSERT_TRUE(thread_waits_on(w.model, 1));
  world_done(&w);
}

/* Each row: a wait by thread 0, what may end it, and what thread 1 did then. */
static void waits_go_on_until_something_ends_them(void) {
  static const struct {
    uint16_t kind;
    uint8_t before, wait, end;
  } rows[] = {
      {TRACE_KIND_QUEUE, TRACE_CLEAR, TRACE_GET_REQ, TRACE_PUT},
      {TRACE_KIND_QUEUE, TRACE_CLEAR, TRACE_GET_REQ, TRACE_SHUTDOWN},
      {TRACE_KIND_QUEUE, TRACE_PUT, TRACE_PUT_REQ, TRACE_GET},
      {TRACE_KIND_QUEUE, TRACE_PUT, TRACE_PUT_REQ, TRACE_SHUTDOWN},
      {TRACE_KIND_QUEUE, TRACE_PUT, TRACE_AWAIT, TRACE_TASK_DONE},
      {TRACE_KIND_QUEUE, TRACE_PUT, TRACE_AWAIT, TRACE_SHUTDOWN},
      {TRACE_KIND_FUTURE, TRACE_CLEAR, TRACE_AWAIT, TRACE_SET},
      {TRACE_KIND_FUTURE, TRACE_CLEAR, TRACE_AWAIT, TRACE_ABORT},
      {TRACE_KIND_LOCK, TRACE_ACQ, TRACE_REQ, TRACE_REL},
      {RLOCK, TRACE_ACQ, TRACE_REQ, TRACE_REL},
      {TRACE_KIND_TRACK_CONDITION, TRACE_SIGNAL, TRACE_WAIT, TRACE_SIGNAL},
      {MEETING, TRACE_RESET, TRACE_ARRIVE, TRACE_ABORT},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct world w;
    world_init(&w);
    bool is_queue = rows[i].kind == TRACE_KIND_QUEUE || rows[i].kind == TRACE_KIND_EXECUTOR;
    play_with(&w, 1, TRACE_INIT, rows[i].kind, is_queue ? 1 : rows[i].kind == MEETING ? 2 : 0, 0);
    play(&w, 1, (enum trace_op)rows[i].before, 0, rows[i].kind, 0);
    play(&w, 0, (enum trace_op)rows[i].wait, 0, rows[i].kind, 0);
    CU_ASSERT_TRUE(thread_waits_on(w.model, 0));
    CU_ASSERT_EQUAL(model_n_going_on(w.model), 1);
    play(&w, 1, (enum trace_op)rows[i].end, 0, rows[i].kind, 0);
    CU_ASSERT_FALSE(thread_waits_on(w.model, 0));
    CU_ASSERT_EQUAL(model_n_going_on(w.model), 2);
    world_done(&w);
  }
}

static void an_executor_is_waited_for_while_a_task_is_at_work(void) {
  struct world w;
  world_init(&w);
  static const uint8_t steps[] = {TRACE_INIT, TRACE_PUT, TRACE_PUT, TRACE_GET};
  play(&w, 0, TRACE_AWAIT, 0, TRACE_KIND_EXECUTOR, 0);
  for (size_t i = 0; i < sizeof steps; i++) {
    CU_ASSERT_FALSE(thread_waits_on(w.model, 0));
    play(&w, 1, (enum trace_op)steps[i], 0, TRACE_KIND_EXECUTOR, 0);
    if (steps[i] == TRACE_INIT)
      play(&w, 0, TRACE_AWAIT, 0, TRACE_KIND_EXECUTOR, 0);
  }
  CU_ASSERT_TRUE(thread_waits_on(w.model, 0));
  play(&w, 1, TRACE_TASK_DONE, 0, TRACE_KIND_EXECUTOR, 0); /* the other one may have been cancelled */
  CU_ASSERT_FALSE(thread_waits_on(w.model, 0));
  world_done(&w);
}

static void a_wait_with_a_timeout_or_for_what_others_share_may_end(void) {
  struct world w;
  world_init(&w);
  play(&w, 0, TRACE_AWAIT, 0, TRACE_KIND_TRACK_EVENT, TRACE_MODE_TIMED);
  CU_ASSERT_FALSE(thread_waits_on(w.model, 0));
  play(&w, 1, TRACE_SEM_REQ, 1, TRACE_KIND_SEMAPHORE, 0); /* nobody recorded its first value */
  CU_ASSERT_FALSE(thread_waits_on(w.model, 1));
  play(&w, 2, TRACE_ACQ, 2, MUTEX | TRACE_TYPE_SHARED, 0);
  play(&w, 3, TRACE_REQ, 2, MUTEX | TRACE_TYPE_SHARED, 0);
  CU_ASSERT_FALSE(thread_waits_on(w.model, 3));
  world_done(&w);
}

static void threads_of_primitives_may_be_joined_by_anybody(void) {
  struct world w;
  world_init(&w);
  struct event event = {.op = TRACE_CREATE, .target = 1, .kind = TRACE_KIND_THREAD};
  play_event(&w, event);
  CU_ASSERT_EQUAL(thread(&w, 1)->kind, TRACE_KIND_THREAD);
  for (uint32_t i = 0; i < 2; i++) {
    event.thread = 2 * i;
    event.op = TRACE_JOIN_REQ;
    CU_ASSERT_EQUAL(play_event(&w, event).oddity, 0);
    event.op = TRACE_JOIN;
    CU_ASSERT_EQUAL(play_event(&w, event).oddity, 0);
  }
  event.op = TRACE_JOIN_REQ;
  event.target = 2;
  CU_ASSERT_EQUAL(play_event(&w, event).oddity, ODD_JOIN_SELF);
  world_done(&w);
}

static void a_fresh_object_is_not_the_one_before_it(void) {
  struct world w;
  world_init(&w);
  uint32_t old = play_with(&w, 0, TRACE_INIT, TRACE_KIND_LOCK, 0, 0).object;
  play(&w, 0, TRACE_DESTROY, 0, TRACE_KIND_LOCK, 0);
  struct event event = {.op = TRACE_ACQ, .place2 = NO_INDEX, .kind = TRACE_KIND_LOCK, .is_fresh = true};
  struct event first = play_event(&w, event);
  CU_ASSERT_NOT_EQUAL(first.object, old);
  CU_ASSERT_EQUAL(first.oddity, 0);
  event.op = TRACE_TRYFAIL;
  event.thread = 1;
  CU_ASSERT_EQUAL(play_event(&w, event).object, first.object); /* it is held: thread 0 was quicker, or its clock late */
  play(&w, 0, TRACE_REL, 0, TRACE_KIND_LOCK, 0);
  event.op = TRACE_ACQ;
  CU_ASSERT_NOT_EQUAL(play_event(&w, event).object, first.object);
  world_done(&w);
}

static CU_TestInfo primitive_tests[] = {
    {"a_fresh_object_is_not_the_one_before_it", a_fresh_object_is_not_the_one_before_it},
    {"a_wait_gives_up_an_rlock_however_deep", a_wait_gives_up_an_rlock_however_deep},
    {"a_track_lock_goes_from_hand_to_hand", a_track_lock_goes_from_hand_to_hand},
    {"a_refused_release_of_a_track_lock_says_that_it_was_free", a_refused_release_of_a_track_lock_says_that_it_was_free},
    {"several_are_posted_and_taken_back_at_once", several_are_posted_and_taken_back_at_once},
    {"a_broken_barrier_lets_all_go_until_it_is_reset", a_broken_barrier_lets_all_go_until_it_is_reset},
    {"a_failed_action_breaks_the_round_that_it_ended", a_failed_action_breaks_the_round_that_it_ended},
    {"who_leaves_a_barrier_is_right_about_the_round", who_leaves_a_barrier_is_right_about_the_round},
    {"who_waited_is_let_go_by_a_set_that_is_cleared_at_once", who_waited_is_let_go_by_a_set_that_is_cleared_at_once},
    {"waits_go_on_until_something_ends_them", waits_go_on_until_something_ends_them},
    {"an_executor_is_waited_for_while_a_task_is_at_work", an_executor_is_waited_for_while_a_task_is_at_work},
    {"a_wait_with_a_timeout_or_for_what_others_share_may_end", a_wait_with_a_timeout_or_for_what_others_share_may_end},
    {"threads_of_primitives_may_be_joined_by_anybody", threads_of_primitives_may_be_joined_by_anybody},
    CU_TEST_INFO_NULL,
};

static CU_TestInfo lock_tests[] = {
    {"holds_are_kept_in_order_with_depth_and_lockset", holds_are_kept_in_order_with_depth_and_lockset},
    {"a_release_by_the_named_owner_is_never_odd", a_release_by_the_named_owner_is_never_odd},
    {"a_refused_release_is_told_once_and_frees_nothing", a_refused_release_is_told_once_and_frees_nothing},
    {"an_acquisition_that_cannot_be_is_counted_and_believed", an_acquisition_that_cannot_be_is_counted_and_believed},
    {"a_dead_owner_loses_a_robust_mutex", a_dead_owner_loses_a_robust_mutex},
    {"a_wait_gives_up_one_level_and_takes_it_back", a_wait_gives_up_one_level_and_takes_it_back},
    {"what_a_wait_without_the_mutex_brings_back_is_not_forgotten", what_a_wait_without_the_mutex_brings_back_is_not_forgotten},
    {"semaphore_counts_and_blocked_threads_follow", semaphore_counts_and_blocked_threads_follow},
    {"a_barrier_that_was_never_made_is_odd_unless_others_may_have_made_it",
     a_barrier_that_was_never_made_is_odd_unless_others_may_have_made_it},
    CU_TEST_INFO_NULL,
};

static CU_TestInfo generation_tests[] = {
    {"freed_memory_holds_a_new_object", freed_memory_holds_a_new_object},
    {"another_kind_at_an_address_is_another_object", another_kind_at_an_address_is_another_object},
    {"a_frame_that_was_left_takes_its_free_locks_along", a_frame_that_was_left_takes_its_free_locks_along},
    {"a_held_lock_in_a_frame_that_was_left_stays_what_it_is", a_held_lock_in_a_frame_that_was_left_stays_what_it_is},
    {"a_call_from_another_stack_leaves_no_frame", a_call_from_another_stack_leaves_no_frame},
    {"frames_are_left_lowest_first_whatever_the_order_of_use", frames_are_left_lowest_first_whatever_the_order_of_use},
    {"a_condition_that_no_call_made_may_be_constructed_again", a_condition_that_no_call_made_may_be_constructed_again},
    {"a_creators_stack_is_known_from_the_call_that_made_the_thread", a_creators_stack_is_known_from_the_call_that_made_the_thread},
    {"the_end_of_a_thread_ends_what_lay_on_its_stack", the_end_of_a_thread_ends_what_lay_on_its_stack},
    {"a_destroyed_mutex_that_can_be_locked_was_assigned_anew", a_destroyed_mutex_that_can_be_locked_was_assigned_anew},
    {"init_names_the_object_it_replaces", init_names_the_object_it_replaces},
    {"a_forked_child_holds_what_the_forking_thread_held", a_forked_child_holds_what_the_forking_thread_held},
    {"a_child_without_its_parents_recording_is_not_accused", a_child_without_its_parents_recording_is_not_accused},
    CU_TEST_INFO_NULL,
};

static CU_SuiteInfo suites[] = {
    {"locks and waits", NULL, NULL, NULL, NULL, lock_tests},
    {"generations", NULL, NULL, NULL, NULL, generation_tests},
    {"primitives", NULL, NULL, NULL, NULL, primitive_tests},
    CU_SUITE_INFO_NULL,
};

int main(void) {
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures > 255 ? 255 : (int)failures;
}
