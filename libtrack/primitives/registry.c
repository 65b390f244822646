/* registry.c - the living threads in the order in which they started, stand-ins for threads that others made, and the pthreads that the
 * process waits for at its end.
 *
 * `lock` protects everything here; nothing else is taken while it is held. It may be taken with an executor's lock held. */
#include <pthread.h>
#include <stdlib.h>

#include "preload/wrap.h"
#include "primitives/hook.h"
#include "primitives/inner.h"
#include "primitives/self.h"
#include "primitives/tell.h"
#include "primitives/thread.h"

uint32_t track_n_forks;
bool track_registry_is_used;

static struct {
  uint32_t lock;
  struct track_thread *first, *last;
  size_t n_threads;
  struct track_thread *main;
  struct track_thread main_stand_in;
  uint64_t *handles; /* to be joined */
  size_t n_handles, n_reserved, capacity;
  pthread_key_t stand_in_key;
  bool has_key;
} registry;

static void link_last(struct track_thread *t) {
  t->private_previous = registry.last;
  t->private_next = NULL;
  if (registry.last)
    registry.last->private_next = t;
  else
    registry.first = t;
  registry.last = t;
  registry.n_threads++;
}

static void unlink_thread(struct track_thread *t) {
  if (t->private_previous)
    t->private_previous->private_next = t->private_next;
  else
    registry.first = t->private_next;
  if (t->private_next)
    t->private_next->private_previous = t->private_previous;
  else
    registry.last = t->private_previous;
  registry.n_threads--;
}

void registry_add(struct track_thread *t) {
  registry_use();
  inner_lock(&registry.lock);
  link_last(t);
  inner_unlock(&registry.lock);
}

void registry_remove(struct track_thread *t) {
  inner_lock(&registry.lock);
  unlink_thread(t);
  inner_unlock(&registry.lock);
}

static bool is_main(void) {
  return registry.main && registry.main->private_handle == (uint64_t)pthread_self();
}

/* Without making a stand-in, which would be a daemon. */
bool registry_self_is_daemon(void) {
  if (track_self.thread)
    return track_self.thread->private_is_daemon;
  return !is_main();
}

static void stand_in_over(void *stand_in) {
  if (stand_in == registry.main) /* a forked child's, which stays the main one */
    return;
  registry_remove(stand_in);
  track_self.thread = NULL;
  free(stand_in);
}

/* Where there is no memory or no key for one, its thread is taken for the main one. */
static struct track_thread *stand_in_new(void) {
  static uint32_t n_dummies;
  registry_use();
  struct track_thread *t = registry.has_key ? malloc(sizeof *t) : NULL;
  if (!t)
    return registry.main;
  char name[TRACK_NAME_BYTES];
  size_t n = sys_append(name, sizeof name, 0, "Dummy-");
  sys_append_number(name, sizeof name, n, __atomic_add_fetch(&n_dummies, 1, __ATOMIC_RELAXED));
  thread_stand_in(t, name, true);
  pthread_setspecific(registry.stand_in_key, t);
  registry_add(t);
  return t;
}

PUBLIC struct track_thread *track_thread_current(void) {
  if (LIKELY(track_self.thread != NULL))
    return track_self.thread;
  registry_use();
  struct track_thread *t = is_main() ? registry.main : stand_in_new();
  return track_self.thread = t;
}

PUBLIC struct track_thread *track_thread_main(void) {
  registry_use();
  return registry.main;
}

PUBLIC size_t track_thread_enumerate(struct track_thread **ret_threads, size_t capacity) {
  size_t n = 0;
  inner_lock(&registry.lock);
  for (struct track_thread *t = registry.first; t; t = t->private_next, n++)
    if (n < capacity)
      ret_threads[n] = t;
  inner_unlock(&registry.lock);
  return n;
}

PUBLIC size_t track_thread_active_count(void) {
  inner_lock(&registry.lock);
  size_t n = registry.n_threads;
  inner_unlock(&registry.lock);
  return n;
}

/* The end of the process. */

static bool take_handle(size_t at) {
  registry.handles[at] = registry.handles[--registry.n_handles];
  return true;
}

static bool claim(uint64_t handle) {
  bool is_here = false;
  inner_lock(&registry.lock);
  for (size_t i = 0; i < registry.n_handles && !is_here; i++)
    is_here = registry.handles[i] == handle && take_handle(i);
  inner_unlock(&registry.lock);
  return is_here;
}

static bool claim_any(uint64_t *ret_handle) {
  bool is_found = false;
  inner_lock(&registry.lock);
  for (size_t i = 0; i < registry.n_handles && !is_found; i++)
    if (registry.handles[i] != (uint64_t)pthread_self()) {
      *ret_handle = registry.handles[i];
      is_found = take_handle(i);
    }
  inner_unlock(&registry.lock);
  return is_found;
}

/* Not to be cancelled: others wait for whoever joins the pthread. */
static void join_unrecorded(uint64_t handle, void **ret_result) {
  int state;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  track_passage.is_mute = true;
  pthread_join((pthread_t)handle, ret_result);
  track_passage.is_mute = false;
  pthread_setcancelstate(state, NULL);
}

bool registry_join(uint64_t handle, void **ret_result) {
  if (!claim(handle))
    return false;
  join_unrecorded(handle, ret_result);
  return true;
}

static void join_all(void) {
  uint64_t handle;
  executors_shut_down();
  while (claim_any(&handle))
    join_unrecorded(handle, NULL);
}

/* Around a fork. */

static void before_fork(void) {
  executors_before_fork();
  inner_lock(&registry.lock);
  locals_before_fork();
}

static void after_fork_in_parent(void) {
  locals_after_fork();
  inner_unlock(&registry.lock);
  executors_after_fork(false);
}

/* Only the calling thread exists in the child, and is its main one. */
static void after_fork_in_child(void) {
  track_n_forks++;
  locals_after_fork();
  log_after_fork();
  hook_after_fork();
  struct track_thread *own = track_self.thread;
  for (struct track_thread *t = registry.first, *next; t; t = next) {
    next = t->private_next;
    if (t != own)
      thread_gone_by_fork(t);
  }
  registry.first = registry.last = NULL;
  registry.n_threads = registry.n_handles = registry.n_reserved = 0;
  if (!own) {
    own = &registry.main_stand_in;
    thread_stand_in(own, "MainThread", false);
  }
  own->private_native_id = (int32_t)sys_call0(SYS_gettid);
  registry.main = own;
  link_last(own);
  registry.lock = 0;
  executors_after_fork(true);
}

/* A library's atexit handler, made at the first thread: it runs before those of the program that were there earlier. */
static void prepare_end(void) {
  static bool is_prepared;
  if (__atomic_exchange_n(&is_prepared, true, __ATOMIC_ACQ_REL))
    return;
  atexit(join_all);
}

static bool reserve(void) {
  if (registry.n_handles + registry.n_reserved == registry.capacity) {
    size_t capacity = registry.capacity ? 2 * registry.capacity : 16;
    uint64_t *more = realloc(registry.handles, capacity * sizeof *more);
    if (!more)
      return false;
    registry.handles = more;
    registry.capacity = capacity;
  }
  registry.n_reserved++;
  return true;
}

bool registry_reserve_join(void) {
  prepare_end();
  inner_lock(&registry.lock);
  bool has_room = reserve();
  inner_unlock(&registry.lock);
  return has_room;
}

void registry_await(uint64_t handle) {
  inner_lock(&registry.lock);
  registry.n_reserved--;
  registry.handles[registry.n_handles++] = handle;
  inner_unlock(&registry.lock);
}

void registry_unreserve(void) {
  inner_lock(&registry.lock);
  registry.n_reserved--;
  inner_unlock(&registry.lock);
}

/* Usually in the main thread; where the library came by dlopen in another one, that is taken for it. */
__attribute__((constructor(102))) static void start(void) {
  thread_stand_in(&registry.main_stand_in, "MainThread", false);
  registry.main = &registry.main_stand_in;
  link_last(registry.main);
}

static void use(void) {
  registry.has_key = !pthread_key_create(&registry.stand_in_key, stand_in_over);
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* A program that only has this library loaded beside it keeps its keys and its forks as they are. */
void registry_use_slow(void) {
  static uint32_t lock;
  inner_lock(&lock);
  if (!__atomic_load_n(&track_registry_is_used, __ATOMIC_RELAXED)) {
    use();
    __atomic_store_n(&track_registry_is_used, true, __ATOMIC_RELEASE);
  }
  inner_unlock(&lock);
}
