/* local.c - track_local: each thread's table of values, found by the local's address; each local's list of its values, for destroy.
 *
 * `local_lock`, one for all, protects the lists and who owns a value; a thread's table is its own. A thread that ends and a local that is
 * destroyed at once both take the value out of the list, and whoever did it drops it. */
#include "track/local.h"

#include <pthread.h>
#include <stdlib.h>

#include "preload/wrap.h"
#include "primitives/inner.h"
#include "primitives/self.h"
#include "primitives/thread.h"

struct track_private_value {
  struct track_local *owner; /* NULL once it was destroyed or the thread ended */
  void *value;
  struct track_private_value *next, *previous; /* of the local */
  struct track_private_value *next_own;        /* of the thread */
};

enum { BUCKETS = 32 };
struct value_table {
  struct track_private_value *buckets[BUCKETS];
};

static uint32_t local_lock;
static pthread_key_t table_key;
static enum { KEY_UNKNOWN, KEY_NONE, KEY_MADE } key_state; /* of table_key, made at the first value */

static unsigned bucket_of(const struct track_local *l) {
  return (unsigned)(((uintptr_t)l >> 4) * 0x9e3779b97f4a7c15ull >> 59);
}
_Static_assert(BUCKETS == 1 << 5, "bucket_of gives 5 bits");

PUBLIC int track_local_init(struct track_local *l, void *(*make)(void *arg), void *arg, void (*drop)(void *value)) {
  *l = (struct track_local){.private_make = make, .private_arg = arg, .private_drop = drop};
  name_init(&l->private_name, NULL, TRACE_KIND_LOCAL);
  if (is_watched())
    tell_with(SUBJECT(l, LOCAL), TRACE_INIT, 0, 0, 0, CALLER());
  return 0;
}

static void unlink_value(struct track_private_value *v) {
  struct track_local *l = v->owner;
  if (v->previous)
    v->previous->next = v->next;
  else
    l->private_values = v->next;
  if (v->next)
    v->next->previous = v->previous;
  __atomic_store_n(&v->owner, NULL, __ATOMIC_RELAXED);
}

static void drop(void (*function)(void *value), void *value) {
  if (function && value)
    function(value);
}

/* The nodes are their threads', which find that they have no owner. */
PUBLIC int track_local_destroy(struct track_local *l) {
  if (is_watched())
    tell_with(SUBJECT(l, LOCAL), TRACE_DESTROY, 0, 0, 0, CALLER());
  for (;;) {
    inner_lock(&local_lock);
    struct track_private_value *v = l->private_values;
    void *value = v ? v->value : NULL;
    if (v)
      unlink_value(v);
    inner_unlock(&local_lock);
    if (!v)
      return 0;
    drop(l->private_drop, value);
  }
}

/* Takes the thread's first node out of a bucket and drops its value. False: the bucket is empty. */
static bool drop_first(struct track_private_value **bucket) {
  struct track_private_value *v = *bucket;
  if (!v)
    return false;
  *bucket = v->next_own;
  inner_lock(&local_lock);
  struct track_local *l = v->owner;
  void (*function)(void *value) = l ? l->private_drop : NULL;
  if (l)
    unlink_value(v);
  inner_unlock(&local_lock);
  drop(function, v->value);
  free(v);
  return true;
}

/* Key destructor. What a drop function gets or sets makes a new table, for the next round of destructors. */
static void thread_over(void *context) {
  struct value_table *table = context;
  track_self.values = NULL;
  for (int i = 0; i < BUCKETS; i++)
    while (drop_first(&table->buckets[i]))
      ;
  free(table);
}

void locals_before_fork(void) {
  inner_lock(&local_lock);
}
void locals_after_fork(void) {
  inner_unlock(&local_lock);
}

static bool has_key(void) {
  registry_use();
  inner_lock(&local_lock);
  if (key_state == KEY_UNKNOWN)
    key_state = pthread_key_create(&table_key, thread_over) ? KEY_NONE : KEY_MADE;
  bool is_made = key_state == KEY_MADE;
  inner_unlock(&local_lock);
  return is_made;
}

static struct value_table *table_get(void) {
  if (!track_self.values && has_key()) {
    track_self.values = calloc(1, sizeof *track_self.values);
    if (track_self.values)
      pthread_setspecific(table_key, track_self.values);
  }
  return track_self.values;
}

static struct track_private_value *find(const struct track_local *l) {
  struct value_table *table = track_self.values;
  for (struct track_private_value *v = table ? table->buckets[bucket_of(l)] : NULL; v; v = v->next_own)
    if (__atomic_load_n(&v->owner, __ATOMIC_RELAXED) == l)
      return v;
  return NULL;
}

/* One whose local was destroyed, or a new one. */
static struct track_private_value *node_get(struct track_private_value **bucket) {
  for (struct track_private_value *v = *bucket; v; v = v->next_own)
    if (!__atomic_load_n(&v->owner, __ATOMIC_RELAXED))
      return v;
  struct track_private_value *v = malloc(sizeof *v);
  if (!v)
    return NULL;
  v->next_own = *bucket;
  return *bucket = v;
}

static struct track_private_value *add(struct track_local *l, void *value) {
  struct value_table *table = table_get();
  struct track_private_value *v = table ? node_get(&table->buckets[bucket_of(l)]) : NULL;
  if (!v)
    return NULL;
  inner_lock(&local_lock);
  *v = (struct track_private_value){.owner = l, .value = value, .next_own = v->next_own};
  v->next = l->private_values;
  if (v->next)
    v->next->previous = v;
  l->private_values = v;
  inner_unlock(&local_lock);
  return v;
}

/* The make function may use this very local. */
static void *make(struct track_local *l) {
  void *value = l->private_make(l->private_arg);
  struct track_private_value *v = find(l);
  if (v) {
    if (v->value != value)
      drop(l->private_drop, value);
    return v->value;
  }
  return add(l, value) ? value : (drop(l->private_drop, value), NULL);
}

PUBLIC void *track_local_get(struct track_local *l) {
  struct track_private_value *v = find(l);
  void *value = v ? v->value : l->private_make ? make(l) : NULL;
  if (is_watched())
    tell(SUBJECT(l, LOCAL), TRACE_GET, 0, CALLER());
  return value;
}

PUBLIC int track_local_set(struct track_local *l, void *value) {
  struct track_private_value *v = find(l);
  if (v)
    v->value = value;
  else
    v = add(l, value);
  if (is_watched())
    tell(SUBJECT(l, LOCAL), TRACE_SET, 0, CALLER());
  return v ? 0 : ENOMEM;
}
