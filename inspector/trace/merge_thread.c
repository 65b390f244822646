/* merge_thread.c - begins, ends, creates and joins.
 *
 * A pthread_t is used again as soon as its thread is gone, and the parent has it before the child's first record: it may mean
 * a thread that has not begun in the merged order. So an event that names a handle which nobody living has waits, as long as there
 * are threads that were created and have not begun; likewise one that names a thread which is being joined or is detached, as
 * it may mean the next one of that handle. A recorder that writes CHILD spares us that. A JOIN means the thread that the JOIN_REQ before it
 * meant. Threads of libtrack's primitives (their events have a kind) may be joined by several threads, and when they were over long ago:
 * their joins may give the thread's number. */
#include "trace/merge_thread.h"

#include "util/alloc.h"

static struct merge_thread *state_of(struct merge *m, uint32_t thread) {
  return &m->catalog->merge_threads[thread];
}

uint32_t *merge_wait_list(struct merge *m, const struct lane *lane) {
  if (lane->wait_for == WAIT_HANDLE)
    return &m->catalog->handles[lane->wait_id].waiters;
  struct merge_thread *state = state_of(m, lane->wait_id);
  return lane->wait_for == WAIT_BEGIN ? &state->begin_waiters : &state->end_waiters;
}

static bool wait_in(struct merge *m, struct lane *lane, enum wait_for what, uint32_t id, uint64_t time) {
  lane->wait_for = (uint8_t)what;
  lane->wait_id = id;
  merge_park_in_list(m, lane, merge_wait_list(m, lane), time);
  return false;
}

/* Nobody is to begin any more: handles mean what they mean now. */
bool merge_wake_handles(struct merge *m) {
  uint32_t before = m->ready.n;
  for (uint32_t i = 0; i < m->n_listed; i++) {
    struct handle *handle = &m->catalog->handles[m->listed[i]];
    handle->is_listed = false;
    merge_wake_list(m, &handle->waiters, true);
  }
  m->n_listed = 0;
  return m->ready.n > before;
}

static void one_unborn_less(struct merge *m) {
  if (--m->n_unborn == 0)
    merge_wake_handles(m);
}

static void list_handle(struct merge *m, uint32_t index) {
  struct handle *handle = &m->catalog->handles[index];
  if (handle->is_listed)
    return;
  handle->is_listed = true;
  m->listed = grow(m->listed, m->n_listed, &m->listed_capacity, sizeof *m->listed);
  m->listed[m->n_listed++] = index;
}

void merge_thread_over(struct merge *m, uint32_t thread) {
  if (thread == NO_INDEX)
    return;
  state_of(m, thread)->has_ended = true;
  merge_wake_list(m, &state_of(m, thread)->end_waiters, false);
}

static void take_handle(struct merge *m, uint32_t thread, uint64_t value) {
  uint32_t index = catalog_handle(m->catalog, value);
  struct handle *handle = &m->catalog->handles[index];
  handle->thread = thread;
  state_of(m, thread)->handle = value;
  if (handle->name && !m->catalog->info->threads[thread].name) {
    m->catalog->info->threads[thread].name = handle->name;
    handle->name = NULL;
  }
  merge_wake_list(m, &handle->waiters, false);
}

/* Nobody can tell whose handle that is that will turn out to be its. */
static bool is_unborn(const struct merge_thread *state) {
  return state->is_created && !state->has_begun && !state->is_known;
}

void merge_thread_child(struct merge *m, uint64_t number, uint64_t handle) {
  uint32_t thread = map_find(&m->catalog->thread_by_number, number);
  if (thread == NO_INDEX || !handle || state_of(m, thread)->has_begun)
    return;
  bool was_unborn = is_unborn(state_of(m, thread));
  state_of(m, thread)->is_known = true;
  take_handle(m, thread, handle);
  if (was_unborn)
    one_unborn_less(m);
}

static bool step_begin(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  bool is_foreign = w->mode & TRACE_MODE_FOREIGN, is_made_here = w->value > 1 && !is_foreign;
  uint32_t thread = catalog_thread(m->catalog, w->value);
  if (is_made_here && !state_of(m, thread)->is_created && lane->excused_from != WAIT_BEGIN)
    return wait_in(m, lane, WAIT_BEGIN, thread, w->time);
  if (lane->thread != thread)
    merge_thread_over(m, lane->thread);
  lane->thread = thread;
  struct merge_thread *state = state_of(m, thread);
  state->is_detached |= is_foreign;
  bool was_unborn = is_unborn(state);
  state->has_begun = true;
  m->catalog->info->threads[thread].native_id = (uint32_t)w->extra;
  if (w->value == 1)
    m->catalog->info->threads[thread].stack_top = m->file->header.main_stack_top;
  if (w->address)
    take_handle(m, thread, w->address);
  if (was_unborn)
    one_unborn_less(m);
  (void)ret_target;
  return true;
}

static bool step_end(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  (void)w, (void)ret_target;
  merge_thread_over(m, lane->thread);
  return true;
}

static bool step_create(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  (void)lane;
  if (!w->value)
    return true;
  uint32_t thread = catalog_thread(m->catalog, w->value);
  struct merge_thread *state = state_of(m, thread);
  bool was_created = state->is_created;
  state->is_created = true;
  m->n_unborn += !was_created && is_unborn(state);
  state->is_detached |= w->mode & TRACE_MODE_DETACHED || (w->kind && w->kind != TRACE_KIND_THREAD); /* as far as its handle goes */
  if (w->extra)
    m->catalog->info->threads[thread].start_pc = w->extra;
  merge_wake_list(m, &state->begin_waiters, false);
  *ret_target = thread;
  return true;
}

static bool step_create_fail(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  (void)lane;
  if (!w->value)
    return true;
  uint32_t thread = catalog_thread(m->catalog, w->value);
  struct merge_thread *state = state_of(m, thread);
  bool was_unborn = is_unborn(state);
  state->is_created &= state->has_begun;
  if (was_unborn)
    one_unborn_less(m);
  *ret_target = thread;
  return true;
}

/* Could the handle of this thread belong to another one by now? */
static bool is_released(const struct merge_thread *state) {
  return state->is_joined || (state->is_detached && state->has_ended);
}

/* ... or will it soon, as what follows would be an error otherwise? */
static bool is_clear(struct merge *m, const struct lane *lane, uint32_t thread, const struct wide *w) {
  if (thread == NO_INDEX || is_released(state_of(m, thread)))
    return false;
  const struct merge_thread *state = state_of(m, thread);
  bool is_joined_by_other = state->joiner != NO_INDEX && state->joiner != lane->thread;
  return w->op == TRACE_CANCEL || w->kind || (!state->is_detached && !is_joined_by_other);
}

static bool resolve(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  if (w->kind && w->extra) {
    *ret_target = catalog_thread(m->catalog, w->extra);
    return true;
  }
  uint32_t index = map_find(&m->catalog->handle_by_value, w->value);
  uint32_t thread = index == NO_INDEX ? NO_INDEX : m->catalog->handles[index].thread;
  bool is_own = state_of(m, lane->thread)->handle == w->value;
  if (is_own)
    thread = lane->thread;
  if (!is_own && !is_clear(m, lane, thread, w) && m->n_unborn && lane->excused_from != WAIT_HANDLE) {
    index = catalog_handle(m->catalog, w->value);
    list_handle(m, index);
    return wait_in(m, lane, WAIT_HANDLE, index, w->time);
  }
  *ret_target = thread;
  return true;
}

static bool step_join_req(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  if (!resolve(m, lane, w, ret_target))
    return false;
  lane->join_handle = w->value;
  lane->join_target = *ret_target;
  if (*ret_target != NO_INDEX)
    state_of(m, *ret_target)->joiner = lane->thread;
  return true;
}

static bool resolve_join(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  if (lane->join_target == NO_INDEX || lane->join_handle != w->value)
    return resolve(m, lane, w, ret_target);
  *ret_target = lane->join_target;
  return true;
}

static bool step_join(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  uint32_t thread = NO_INDEX;
  if (!resolve_join(m, lane, w, &thread))
    return false;
  if (thread != NO_INDEX && !state_of(m, thread)->has_ended && lane->excused_from != WAIT_END) {
    lane->join_handle = w->value; /* it stays this thread, whoever begins in the meantime */
    lane->join_target = thread;
    return wait_in(m, lane, WAIT_END, thread, w->time);
  }
  if (thread != NO_INDEX)
    state_of(m, thread)->is_joined = true;
  lane->join_target = NO_INDEX;
  *ret_target = thread;
  return true;
}

static bool step_join_fail(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  if (!resolve_join(m, lane, w, ret_target))
    return false;
  if (*ret_target != NO_INDEX)
    state_of(m, *ret_target)->joiner = NO_INDEX;
  lane->join_target = NO_INDEX;
  return true;
}

static bool step_detach(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  if (!resolve(m, lane, w, ret_target))
    return false;
  if (*ret_target != NO_INDEX)
    state_of(m, *ret_target)->is_detached = true;
  return true;
}

static bool (*const steps[TRACE_OP_LIMIT])(struct merge *, struct lane *, const struct wide *, uint32_t *) = {
    [TRACE_THREAD_BEGIN] = step_begin,  [TRACE_THREAD_END] = step_end,
    [TRACE_CREATE] = step_create,       [TRACE_CREATE_FAIL] = step_create_fail,
    [TRACE_JOIN_REQ] = step_join_req,   [TRACE_JOIN] = step_join,
    [TRACE_JOIN_FAIL] = step_join_fail, [TRACE_DETACH] = step_detach,
    [TRACE_DETACH_FAIL] = resolve,      [TRACE_CANCEL] = resolve,
};

bool merge_thread_step(struct merge *m, struct lane *lane, const struct wide *w, uint32_t *ret_target) {
  *ret_target = NO_INDEX;
  return !steps[w->op] || steps[w->op](m, lane, w, ret_target);
}

void merge_thread_name(struct catalog *catalog, uint64_t value, const uint8_t *bytes, uint64_t n) {
  uint32_t index = catalog_handle(catalog, value);
  struct handle *handle = &catalog->handles[index];
  bool is_clear = handle->thread != NO_INDEX && !is_released(&catalog->merge_threads[handle->thread]);
  catalog_name(is_clear ? &catalog->info->threads[handle->thread].name : &handle->name, bytes, n);
}
