/* deadlock.c - lock-order cycles: threads that each hold a lock and ask for the next one's.
 *
 * First reading: the table of abstract acquires, as large as the program's text. If they form a cycle that nothing static
 * rules out, a second reading keeps the acquires of shared locks with their hard order, and the closure decides whether a
 * reordering of the run that keeps the order of each lock's sections reaches the cycle. What it leaves goes, after a third
 * reading, to a bounded search for any other reordering. One that is found makes the cycle `predicted` if the trace holds
 * the memory accesses, else `plausible`; the others are `potential`. What cannot deadlock is `benign` with its reason. A join
 * asks for a pseudo-lock that the joined thread holds all its life, so that a lock held across a join takes part (SPDOffline,
 * PLDI 2023; UNDEAD, ASE 2017; the primitives besides mutexes, and the search: own rules, see order.c and reorder.h).
 *
 * It cannot see: locks that another thread releases (they are no mutexes and stay out), waits for conditions, semaphores,
 * barriers, events and queues (communication deadlocks), data that orders threads where no accesses were recorded. */
#include <stdlib.h>

#include "detect/deadlock_state.h"
#include "detect/hang.h"
#include "util/alloc.h"

#define DEFAULT_CYCLE 4u
#define DEFAULT_PATTERNS 200000u
#define NODE_MODES (TRACE_MODE_READ | TRACE_MODE_TRY | TRACE_MODE_TIMED | TRACE_MODE_CONDITION)

static void deadlock_start(void *state, const struct detect_options *options) {
  struct deadlock *deadlock = state;
  if (options)
    deadlock->options = *options;
  if (deadlock->options.max_cycle < 2)
    deadlock->options.max_cycle = DEFAULT_CYCLE;
  if (!deadlock->options.max_patterns)
    deadlock->options.max_patterns = DEFAULT_PATTERNS;
}

/* First reading. */

static struct lock_use *use_of(struct deadlock *deadlock, uint32_t object) {
  if (object >= deadlock->use_capacity)
    deadlock->uses = grow(deadlock->uses, object, &deadlock->use_capacity, sizeof *deadlock->uses);
  if (object >= deadlock->n_uses)
    deadlock->n_uses = object + 1;
  return &deadlock->uses[object];
}

static struct lock_use *note_use(struct deadlock *deadlock, const struct event *event) {
  struct lock_use *use = use_of(deadlock, event->object);
  if (use->thread != event->thread + 1)
    use->thread = use->thread ? USE_MANY : event->thread + 1;
  return use;
}

static struct node node_key(const struct model *model, const struct event *event, uint32_t lock) {
  return (struct node){.thread = event->thread,
                       .lock = lock,
                       .lockset = model->threads[event->thread].lockset,
                       .mode = event->mode & NODE_MODES,
                       .site = event->site,
                       .ordinal = event->ordinal};
}

static bool is_held_by_another(const struct model *model, const struct event *event) {
  const struct object *object = &model->objects[event->object];
  return object->owner != NO_INDEX && object->owner != event->thread;
}

/* Who begins an initialisation never waits for it; who finds it begun takes it for reading when it is done. */
static bool is_initialiser(const struct event *event) {
  return TRACE_KIND_OF(event->kind) == TRACE_KIND_ONCE && !(event->mode & TRACE_MODE_READ);
}

static void first_acquire(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  struct lock_use *use = note_use(deadlock, event);
  use->is_written |= !(event->mode & TRACE_MODE_READ);
  if (is_held_by_another(model, event))
    use->is_total = true;
  const struct thread *thread = &model->threads[event->thread];
  if (thread->lockset == LOCKSET_EMPTY || thread_held(thread, event->object) || is_initialiser(event))
    return;
  struct node key = node_key(model, event, event->object);
  deadlock_node(deadlock, model, &key);
}

/* A wait that timed out asked for the lock as well as one that got it. */
static bool is_timeout(const struct event *event) {
  return event->op == TRACE_TRYFAIL && event->mode & TRACE_MODE_TIMED && !(event->mode & TRACE_MODE_TRY);
}

static void first_tryfail(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  note_use(deadlock, event);
  const struct thread *thread = &model->threads[event->thread];
  if (!is_timeout(event) || thread->lockset == LOCKSET_EMPTY || thread_held(thread, event->object))
    return;
  struct node key = node_key(model, event, event->object);
  deadlock_node(deadlock, model, &key);
}

static void first_release(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  const struct object *object = &model->objects[event->object];
  bool is_anothers = event->op == TRACE_REL_ODD && (object->owner != NO_INDEX || object->n_readers);
  if (is_anothers || event->oddity & (ODD_UNLOCK_OTHER | ODD_HANDED_OVER))
    use_of(deadlock, event->object)->is_total = true;
}

static void first_create(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (model->threads[event->thread].lockset != LOCKSET_EMPTY)
    deadlock_note_fork(deadlock, model, event);
}

static void first_join(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->target == NO_INDEX || event->target == event->thread)
    return;
  deadlock_note_fork(deadlock, model, event);
  if (event->mode & TRACE_MODE_TRY)
    return;
  struct node key = node_key(model, event, TERM(event->target));
  deadlock->has_joins |= key.lockset != LOCKSET_EMPTY;
  deadlock_node(deadlock, model, &key);
}

static struct barrier_users *barrier_users(struct deadlock *deadlock, uint32_t object) {
  for (uint32_t i = 0; i < deadlock->n_barriers; i++)
    if (deadlock->barriers[i].object == object)
      return &deadlock->barriers[i];
  deadlock->barriers = grow(deadlock->barriers, deadlock->n_barriers, &deadlock->barrier_capacity, sizeof *deadlock->barriers);
  deadlock->barriers[deadlock->n_barriers] = (struct barrier_users){.object = object};
  return &deadlock->barriers[deadlock->n_barriers++];
}

static struct arrival *arrival_of(struct deadlock *deadlock, uint32_t thread) {
  while (deadlock->n_arrivals <= thread) {
    deadlock->arrivals = grow(deadlock->arrivals, deadlock->n_arrivals, &deadlock->arrival_capacity, sizeof *deadlock->arrivals);
    deadlock->arrivals[deadlock->n_arrivals++] = (struct arrival){0};
  }
  return &deadlock->arrivals[thread];
}

static void first_arrive(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  if (event->object == NO_INDEX)
    return;
  struct barrier_users *users = barrier_users(deadlock, event->object);
  *arrival_of(deadlock, event->thread) = (struct arrival){event->object + 1, users->n_arrivals++};
  const struct object *object = &model->objects[event->object];
  if (!object->value_known || users->n > object->value)
    return; /* never more than the parties + 1 */
  for (uint32_t i = 0; i < users->n; i++)
    if (users->threads[i] == event->thread)
      return;
  users->threads = grow(users->threads, users->n, &users->capacity, sizeof *users->threads);
  users->threads[users->n++] = event->thread;
}

/* Had all of its round arrived? */
static bool may_leave(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  const struct arrival *arrival = arrival_of(deadlock, event->thread);
  uint64_t parties = model->objects[event->object].value_known ? model->objects[event->object].value : 0;
  return parties && arrival->object == event->object + 1 &&
         barrier_users(deadlock, event->object)->n_arrivals >= (arrival->number / parties + 1) * parties;
}

static void first_break(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  bool is_barrier = event->object != NO_INDEX && trace_family(model->objects[event->object].kind) == TRACE_KIND_BARRIER;
  if (is_barrier && (event->op != TRACE_LEAVE || event->result || !may_leave(deadlock, model, event)))
    barrier_users(deadlock, event->object)->was_broken = true;
}

typedef void first_step(struct deadlock *deadlock, const struct model *model, const struct event *event);

static first_step *const first_steps[TRACE_OP_LIMIT] = {
    [TRACE_ACQ] = first_acquire,   [TRACE_TRYFAIL] = first_tryfail, [TRACE_REL] = first_release,   [TRACE_REL_ODD] = first_release,
    [TRACE_CREATE] = first_create, [TRACE_JOIN] = first_join,       [TRACE_ARRIVE] = first_arrive, [TRACE_LEAVE] = first_break,
    [TRACE_ABORT] = first_break,   [TRACE_RESET] = first_break,
};

static void deadlock_event(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  if ((event->op == TRACE_REL && !event->oddity) || event_is_of_file(event))
    return; /* half of all events; and locks of files are in no order of locks */
  first_step *step = event->op < TRACE_OP_LIMIT ? first_steps[event->op] : NULL;
  if (step)
    step(state, model, event);
}

/* A thread that still waits when the trace ends asked for the lock or the end of the thread all the same. */
static bool pending_key(const struct model *model, uint32_t thread, struct node *ret_key) {
  const struct blocked *blocked = &model->threads[thread].blocked;
  struct event event = {.thread = thread, .site = blocked->site, .ordinal = blocked->ordinal, .mode = blocked->mode};
  if (blocked->op == TRACE_REQ && blocked->object != NO_INDEX && !thread_held(&model->threads[thread], blocked->object))
    *ret_key = node_key(model, &event, blocked->object);
  else if (blocked->op == TRACE_JOIN_REQ && blocked->target != NO_INDEX && blocked->target != thread)
    *ret_key = node_key(model, &event, TERM(blocked->target));
  else
    return false;
  return !(blocked->mode & TRACE_MODE_TRY);
}

static void note_pending(struct deadlock *deadlock, const struct model *model) {
  for (uint32_t thread = 0; thread < model->n_threads; thread++) {
    struct node key;
    if (!pending_key(model, thread, &key) || (key.lockset == LOCKSET_EMPTY && !IS_TERM(key.lock)))
      continue;
    if (!IS_TERM(key.lock))
      note_use(deadlock, &(struct event){.thread = thread, .object = key.lock});
    deadlock->has_joins |= IS_TERM(key.lock) && key.lockset != LOCKSET_EMPTY;
    deadlock_node(deadlock, model, &key);
  }
}

/* Between the readings. */

static bool joiner_holds(const struct deadlock *deadlock, const struct node *join) {
  return join->lockset != LOCKSET_EMPTY || deadlock->is_joined_by_holder[join->thread];
}

/* A thread holds its TERM if its joiner holds a lock or, in turn, a TERM. */
static void mark_joined(struct deadlock *deadlock, const struct model *model) {
  if (!deadlock->has_joins)
    return;
  deadlock->n_threads = model->n_threads;
  deadlock->is_joined_by_holder = xcalloc(model->n_threads, sizeof *deadlock->is_joined_by_holder);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (uint32_t i = 0; i < deadlock->n_nodes; i++) {
      const struct node *node = &deadlock->nodes[i];
      if (!IS_TERM(node->lock) || deadlock->is_joined_by_holder[TERM_THREAD(node->lock)] || !joiner_holds(deadlock, node))
        continue;
      deadlock->is_joined_by_holder[TERM_THREAD(node->lock)] = true;
      has_changed = true;
    }
  }
}

static bool found_one(struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n) {
  deadlock->wants_again = !deadlock_lives_ordered(deadlock, model, nodes, n);
  return !deadlock->wants_again;
}

static void set_roles(struct deadlock *deadlock, const struct model *model) {
  deadlock->n_roles = model->n_objects;
  deadlock->roles = xcalloc(model->n_objects, sizeof *deadlock->roles);
  for (uint32_t i = 0; i < deadlock->n_uses && i < model->n_objects; i++) {
    bool is_once = TRACE_KIND_OF(model->objects[i].kind) == TRACE_KIND_ONCE;
    if (deadlock->uses[i].is_total)
      deadlock->roles[i] = ORDER_TOTAL; /* who only releases it is no user */
    else if (deadlock->uses[i].thread == USE_MANY)
      deadlock->roles[i] = is_once ? ORDER_ONCE : ORDER_SECTIONS;
  }
  for (uint32_t i = 0; i < deadlock->n_holds; i++)
    if (!deadlock->roles[deadlock->holds[i].object])
      deadlock->roles[deadlock->holds[i].object] = ORDER_SECTIONS;
  for (uint32_t i = 0; i < deadlock->n_barriers; i++) {
    const struct barrier_users *users = &deadlock->barriers[i];
    const struct object *object = &model->objects[users->object];
    if (users->was_broken)
      deadlock->roles[users->object] |= ORDER_TOTAL;
    else if (!object->value_known || users->n != object->value)
      deadlock->roles[users->object] |= ORDER_ARRIVALS;
  }
  deadlock->order.roles = deadlock->roles;
  deadlock->order.n_roles = deadlock->n_roles;
}

/* Where a thread holds its TERM, what it asks for is not all known yet, and so not what is on a cycle. */
static void mark_wanted(struct deadlock *deadlock) {
  for (uint32_t i = 0; i < deadlock->n_nodes; i++) {
    struct node *node = &deadlock->nodes[i];
    bool may_block = !(node->mode & TRACE_MODE_TRY) && deadlock_lock_counts(deadlock, node->lock);
    node->is_wanted = may_block && (node->is_cyclic || deadlock->has_joins);
  }
}

static void deadlock_finish(void *state, const struct model *model, struct findings *out) {
  struct deadlock *deadlock = state;
  hang_tell_deadlocks(model, out);
  note_pending(deadlock, model);
  mark_joined(deadlock, model);
  if (deadlock->has_joins)
    deadlock->wants_again = true;
  else
    deadlock_search(deadlock, model, found_one);
  deadlock->wants_again |= deadlock->is_cut;
  if (deadlock->wants_again) {
    deadlock->reading = READING_ORDER;
    set_roles(deadlock, model);
    mark_wanted(deadlock);
  } else
    deadlock_explain(deadlock, model, out);
}

static bool deadlock_wants_again(const void *state) {
  return ((const struct deadlock *)state)->wants_again;
}

/* Second reading. */

static bool is_request(const struct model *model, const struct event *event) {
  if (event->op == TRACE_JOIN)
    return event->target != NO_INDEX && event->target != event->thread && !(event->mode & TRACE_MODE_TRY);
  if (event->object == NO_INDEX || event->mode & TRACE_MODE_TRY || event_is_of_file(event))
    return false;
  return (event->op == TRACE_ACQ || is_timeout(event)) && !is_initialiser(event) &&
         !thread_held(&model->threads[event->thread], event->object);
}

/* The event that would block: the request recorded before, or the acquire or join itself. */
static struct instance instance_of_event(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  struct order *order = &deadlock->order;
  const struct blocked *blocked = &model->threads[event->thread].blocked;
  bool is_join = event->op == TRACE_JOIN;
  bool has_request = is_join ? blocked->op == TRACE_JOIN_REQ && blocked->target == event->target
                             : blocked->op == TRACE_REQ && blocked->object == event->object;
  return (struct instance){
      .request = has_request ? blocked->ordinal : event->ordinal,
      .site = has_request && blocked->site ? blocked->site : event->site,
      .stop = (has_request ? order_request_line(order, event->thread) : line_index_lines(&order->lines, event->thread)) - 1,
      .point = order_point(order, event->thread)};
}

/* A thread that holds its TERM asks for locks while holding something even if it holds no lock. */
static struct node *wanted_node(struct deadlock *deadlock, const struct model *model, const struct node *key) {
  struct node *node = deadlock_node_find(deadlock, key);
  if (!node && key->lockset == LOCKSET_EMPTY && deadlock_holds_term(deadlock, key->thread) && deadlock_lock_counts(deadlock, key->lock)) {
    uint32_t index = deadlock_node(deadlock, model, key); /* may move the nodes */
    node = &deadlock->nodes[index];
    node->is_wanted = true;
  }
  return node && node->is_wanted ? node : NULL;
}

static void again_order(struct deadlock *deadlock, const struct model *model, const struct event *event) {
  order_tick(&deadlock->order, event);
  if (is_request(model, event)) {
    struct node key = node_key(model, event, event->op == TRACE_JOIN ? TERM(event->target) : event->object);
    struct node *node = wanted_node(deadlock, model, &key);
    if (node) {
      struct instance instance = instance_of_event(deadlock, model, event);
      deadlock_node_instance(node, &instance);
    }
  }
  order_apply(&deadlock->order, model, event);
}

static void deadlock_again(void *state, const struct model *model, const struct event *event, struct findings *out) {
  (void)out;
  struct deadlock *deadlock = state;
  if (deadlock->reading == READING_STEPS)
    steps_add(&deadlock->steps, model, event);
  else
    again_order(deadlock, model, event);
}

static void add_pending(struct deadlock *deadlock, const struct model *model) {
  for (uint32_t thread = 0; thread < model->n_threads; thread++) {
    struct node key, *node = pending_key(model, thread, &key) ? wanted_node(deadlock, model, &key) : NULL;
    if (!node)
      continue;
    const struct blocked *blocked = &model->threads[thread].blocked;
    struct instance instance = {.request = blocked->ordinal,
                                .site = blocked->site,
                                .stop = order_request_line(&deadlock->order, thread) - 1,
                                .point = order_point(&deadlock->order, thread)};
    instance.point.n++; /* the acquire that never came */
    deadlock_node_instance(node, &instance);
  }
}

static void finish_order(struct deadlock *deadlock, const struct model *model) {
  add_pending(deadlock, model);
  order_finish(&deadlock->order);
  deadlock_judge(deadlock, model);
  deadlock->wants_again = deadlock_wants_search(deadlock, model);
  deadlock->reading = READING_STEPS;
  deadlock->steps.roles = deadlock->roles;
  deadlock->steps.n_roles = deadlock->n_roles;
}

static void finish_steps(struct deadlock *deadlock, const struct model *model) {
  steps_finish(&deadlock->steps);
  deadlock_reorder(deadlock, model);
  deadlock->wants_again = false;
}

static void deadlock_finish_again(void *state, const struct model *model, struct findings *out) {
  struct deadlock *deadlock = state;
  if (deadlock->reading == READING_ORDER)
    finish_order(deadlock, model);
  else
    finish_steps(deadlock, model);
  if (deadlock->wants_again)
    return;
  deadlock_report(deadlock, model, out);
  deadlock_explain(deadlock, model, out);
}

static void deadlock_done(void *state) {
  struct deadlock *deadlock = state;
  deadlock_nodes_done(deadlock);
  for (uint32_t i = 0; i < deadlock->n_barriers; i++)
    free(deadlock->barriers[i].threads);
  for (uint32_t i = 0; i < deadlock->n_results; i++) {
    free(deadlock->results[i].nodes);
    free(deadlock->results[i].instances);
    witness_done(&deadlock->results[i].witness);
  }
  free(deadlock->uses);
  free(deadlock->inherited);
  free(deadlock->first_inherited);
  free(deadlock->barriers);
  free(deadlock->arrivals);
  free(deadlock->is_joined_by_holder);
  free(deadlock->roles);
  order_done(&deadlock->order);
  steps_done(&deadlock->steps);
  key_map_done(&deadlock->result_keys);
  key_map_done(&deadlock->signature_keys);
  free(deadlock->patterns);
  free(deadlock->results);
  free(deadlock->signatures);
}

#define OPS                                                                                                                                \
  (OP_BIT(TRACE_CREATE) | OP_BIT(TRACE_JOIN) | OP_BIT(TRACE_ACQ) | OP_BIT(TRACE_REL) | OP_BIT(TRACE_REL_ODD) | OP_BIT(TRACE_TRYFAIL) |     \
   OP_BIT(TRACE_ARRIVE) | OP_BIT(TRACE_LEAVE) | OP_BIT(TRACE_ABORT) | OP_BIT(TRACE_RESET))

const struct detector detector_deadlock = {
    .id = "deadlock",
    .letter = 'D',
    .title = "Threads take locks in opposite order",
    .ops = OPS,
    .state_size = sizeof(struct deadlock),
    .start = deadlock_start,
    .event = deadlock_event,
    .finish = deadlock_finish,
    .wants_again = deadlock_wants_again,
    .again_ops = UINT64_MAX, /* the places of all events count for witnesses */
    .again = deadlock_again,
    .finish_again = deadlock_finish_again,
    .done = deadlock_done,
};
