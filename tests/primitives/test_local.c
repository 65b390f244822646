/* test_local.c - track_local. */
#include <pthread.h>

#include "support.h"

static atomic_int n_made, n_dropped;
static void *make(void *arg) {
  n_made++;
  int *value = malloc(sizeof *value);
  *value = arg ? *(int *)arg : 0;
  return value;
}
static void drop(void *value) {
  n_dropped++;
  free(value);
}
static void reset_counts(void) {
  n_made = n_dropped = 0;
}

static int get_and_count(void *local) {
  int *value = track_local_get(local);
  return track_local_get(local) == value ? ++*value : -1;
}

static int by_another(int (*act)(void *arg), void *arg) {
  struct actor a;
  actor_start(&a, act, arg);
  return actor_join(&a);
}

static void each_thread_makes_its_own_value_at_its_first_get(void) {
  struct track_local l;
  int first = 40;
  reset_counts();
  CU_ASSERT_EQUAL(track_local_init(&l, make, &first, drop), 0);
  CU_ASSERT_EQUAL(n_made, 0);
  CU_ASSERT_EQUAL(get_and_count(&l), 41);
  CU_ASSERT_EQUAL(get_and_count(&l), 42);
  CU_ASSERT_EQUAL(by_another(get_and_count, &l), 41);
  CU_ASSERT_EQUAL(by_another(get_and_count, &l), 41);
  CU_ASSERT_EQUAL(get_and_count(&l), 43);
  CU_ASSERT_EQUAL(n_made, 3);
  CU_ASSERT_EQUAL(n_dropped, 2); /* when their threads ended */
  CU_ASSERT_EQUAL(track_local_destroy(&l), 0);
  CU_ASSERT_EQUAL(n_dropped, 3);
}

static void without_make_it_is_NULL_until_set(void) {
  struct track_local l;
  int x;
  track_local_init(&l, NULL, NULL, NULL);
  CU_ASSERT_PTR_NULL(track_local_get(&l));
  CU_ASSERT_EQUAL(track_local_set(&l, &x), 0);
  CU_ASSERT_PTR_EQUAL(track_local_get(&l), &x);
  CU_ASSERT_EQUAL(track_local_set(&l, NULL), 0);
  CU_ASSERT_PTR_NULL(track_local_get(&l));
  CU_ASSERT_EQUAL(track_local_destroy(&l), 0);
}

static void a_value_that_is_set_first_is_not_made(void) {
  struct track_local l;
  reset_counts();
  track_local_init(&l, make, NULL, drop);
  track_local_set(&l, NULL);
  CU_ASSERT_PTR_NULL(track_local_get(&l));
  CU_ASSERT_EQUAL(n_made, 0);
  track_local_destroy(&l);
  CU_ASSERT_EQUAL(n_dropped, 0); /* NULL is not dropped */
}

static void setting_another_does_not_drop_the_one_before(void) {
  struct track_local l;
  reset_counts();
  track_local_init(&l, make, NULL, drop);
  int *first = track_local_get(&l), *second = malloc(sizeof *second);
  track_local_set(&l, second);
  CU_ASSERT_EQUAL(n_dropped, 0);
  track_local_destroy(&l);
  CU_ASSERT_EQUAL(n_dropped, 1);
  free(first);
}

static struct track_local fixed = TRACK_LOCAL_INIT(make, NULL, drop, "fixed");

static void a_static_one_needs_no_init(void) {
  reset_counts();
  CU_ASSERT_EQUAL(get_and_count(&fixed), 1);
  CU_ASSERT_EQUAL(by_another(get_and_count, &fixed), 1);
  track_local_destroy(&fixed);
  CU_ASSERT_EQUAL(n_dropped, 2);
}

static void *get_in_pthread(void *local) {
  return track_local_get(local);
}
static void *exit_after_get(void *local) {
  track_local_get(local);
  pthread_exit(NULL);
}

static void pthreads_and_those_that_exit_drop_theirs_too(void) {
  struct track_local l;
  pthread_t t;
  reset_counts();
  track_local_init(&l, make, NULL, drop);
  pthread_create(&t, NULL, get_in_pthread, &l);
  pthread_join(t, NULL);
  pthread_create(&t, NULL, exit_after_get, &l);
  pthread_join(t, NULL);
  CU_ASSERT_EQUAL(n_made, 2);
  CU_ASSERT_EQUAL(n_dropped, 2);
  track_local_destroy(&l);
}

static struct track_event may_end = TRACK_EVENT_INIT("may end");
static atomic_int n_have;
static int get_and_stay(void *local) {
  int *value = track_local_get(local);
  n_have += value != NULL;
  return track_event_wait_timeout(&may_end, LATE);
}

static void destroy_drops_the_values_of_living_threads_and_their_end_does_not_again(void) {
  struct track_local l;
  struct actor actors[3];
  reset_counts();
  n_have = 0;
  track_event_clear(&may_end);
  track_local_init(&l, make, NULL, drop);
  for (int i = 0; i < 3; i++)
    actor_start(&actors[i], get_and_stay, &l);
  AWAIT(n_have == 3);
  track_local_destroy(&l);
  CU_ASSERT_EQUAL(n_dropped, 3);
  track_event_set(&may_end);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(n_dropped, 3);
}

static void after_its_end_another_at_its_place_has_values_of_its_own(void) {
  struct track_local l;
  int first = 10, second = 20;
  reset_counts();
  for (int i = 0; i < 3; i++) {
    track_local_init(&l, make, i % 2 ? &second : &first, drop);
    CU_ASSERT_EQUAL(get_and_count(&l), i % 2 ? 21 : 11);
    track_local_destroy(&l);
  }
  CU_ASSERT_EQUAL(n_dropped, 3);
}

enum { MANY = 1000 };
static struct track_local many[MANY];

static int use_many(void *arg) {
  (void)arg;
  int n_wrong = 0;
  for (int i = 0; i < MANY; i++)
    track_local_set(&many[i], (void *)(uintptr_t)(i + 1));
  for (int i = 0; i < MANY; i++)
    n_wrong += track_local_get(&many[i]) != (void *)(uintptr_t)(i + 1);
  return n_wrong;
}

static void note_drop(void *value) {
  (void)value;
  n_dropped++;
}

static void a_thousand_locals_keep_apart(void) {
  struct actor actors[3];
  reset_counts();
  for (int i = 0; i < MANY; i++)
    track_local_init(&many[i], NULL, NULL, note_drop);
  for (int i = 0; i < 3; i++)
    actor_start(&actors[i], use_many, NULL);
  CU_ASSERT_EQUAL(use_many(NULL), 0);
  for (int i = 0; i < 3; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(n_dropped, 3 * MANY);
  for (int i = 0; i < MANY; i++)
    track_local_destroy(&many[i]);
  CU_ASSERT_EQUAL(n_dropped, 4 * MANY);
}

/* Its function uses another local, whose value is made then, and dropped as well. */
static struct track_local inner;
static void drop_with_another(void *value) {
  CU_ASSERT_PTR_NOT_NULL(track_local_get(&inner));
  drop(value);
}

static void a_drop_function_may_use_locals(void) {
  struct track_local l;
  reset_counts();
  track_local_init(&inner, make, NULL, drop);
  track_local_init(&l, make, NULL, drop_with_another);
  CU_ASSERT_EQUAL(by_another(get_and_count, &l), 1);
  CU_ASSERT_EQUAL(n_made, 2);
  CU_ASSERT_EQUAL(n_dropped, 2);
  track_local_destroy(&l);
  track_local_destroy(&inner);
}

static void *make_with_another(void *local) {
  track_local_get(local);
  return make(NULL);
}

static void a_make_function_may_use_other_locals(void) {
  struct track_local l;
  reset_counts();
  track_local_init(&inner, make, NULL, drop);
  track_local_init(&l, make_with_another, &inner, drop);
  CU_ASSERT_EQUAL(get_and_count(&l), 1);
  CU_ASSERT_EQUAL(n_made, 2);
  track_local_destroy(&l);
  track_local_destroy(&inner);
  CU_ASSERT_EQUAL(n_dropped, 2);
}

/* Threads end while their local is destroyed: each value is dropped once. */
static int get_and_end(void *local) {
  return track_local_get(local) == NULL;
}

static void each_value_is_dropped_once_when_ends_meet(void) {
  for (int i = 0; i < 200; i++) {
    struct track_local l;
    struct actor actors[2];
    reset_counts();
    track_local_init(&l, make, NULL, drop);
    for (int k = 0; k < 2; k++)
      actor_start(&actors[k], get_and_end, &l);
    AWAIT(n_made == 2 && !track_thread_is_alive(&actors[0].thread) && !track_thread_is_alive(&actors[1].thread));
    track_local_destroy(&l);
    for (int k = 0; k < 2; k++)
      CU_ASSERT_EQUAL(actor_join(&actors[k]), 0);
    CU_ASSERT_EQUAL(n_dropped, 2);
  }
}

int main(void) {
  static const struct test tests[] = {
      TEST(each_thread_makes_its_own_value_at_its_first_get),
      TEST(without_make_it_is_NULL_until_set),
      TEST(a_value_that_is_set_first_is_not_made),
      TEST(setting_another_does_not_drop_the_one_before),
      TEST(a_static_one_needs_no_init),
      TEST(pthreads_and_those_that_exit_drop_theirs_too),
      TEST(destroy_drops_the_values_of_living_threads_and_their_end_does_not_again),
      TEST(after_its_end_another_at_its_place_has_values_of_its_own),
      TEST(a_thousand_locals_keep_apart),
      TEST(a_drop_function_may_use_locals),
      TEST(a_make_function_may_use_other_locals),
      TEST(each_value_is_dropped_once_when_ends_meet),
  };
  return SUITE("local", tests);
}
