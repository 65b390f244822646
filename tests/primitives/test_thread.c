/* test_thread.c - track_thread: its life, its name, who is alive, and the end of the process. */
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support.h"

static void *give_back(void *arg) {
  return arg;
}

static struct track_event may_end = TRACK_EVENT_INIT("may end");
static void *stay(void *arg) {
  track_event_wait(&may_end);
  return arg;
}
static void start_staying(struct track_thread *t, const char *name) {
  track_event_clear(&may_end);
  track_thread_init(t, stay, NULL, name);
  CU_ASSERT_EQUAL_FATAL(track_thread_start(t), 0);
}

static void it_runs_and_gives_its_result(void) {
  struct track_thread t;
  void *result = NULL;
  int x;
  CU_ASSERT_EQUAL(track_thread_init(&t, give_back, &x, "gives"), 0);
  CU_ASSERT_FALSE(track_thread_is_alive(&t));
  CU_ASSERT_EQUAL(track_thread_ident(&t), 0);
  CU_ASSERT_EQUAL(track_thread_native_id(&t), 0);
  CU_ASSERT_EQUAL(track_thread_start(&t), 0);
  CU_ASSERT_EQUAL(track_thread_join(&t, &result), 0);
  CU_ASSERT_PTR_EQUAL(result, &x);
  CU_ASSERT_FALSE(track_thread_is_alive(&t));
}

static void a_second_start_answers_EINVAL(void) {
  struct track_thread t;
  start_staying(&t, NULL);
  CU_ASSERT_EQUAL(track_thread_start(&t), EINVAL);
  track_event_set(&may_end);
  CU_ASSERT_EQUAL(track_thread_join(&t, NULL), 0);
  CU_ASSERT_EQUAL(track_thread_start(&t), EINVAL);
}

static void a_join_before_the_start_answers_EINVAL(void) {
  struct track_thread t;
  track_thread_init(&t, give_back, NULL, NULL);
  CU_ASSERT_EQUAL(track_thread_join(&t, NULL), EINVAL);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, SOON, NULL), EINVAL);
}

static void *join_itself(void *arg) {
  struct track_thread *t = arg;
  return (void *)(uintptr_t)(track_thread_join(t, NULL) == EDEADLK && track_thread_join_timeout(t, SOON, NULL) == EDEADLK);
}

static void a_join_of_itself_answers_EDEADLK(void) {
  struct track_thread t;
  void *result = NULL;
  for (int is_daemon = 0; is_daemon < 2; is_daemon++) {
    track_thread_init(&t, join_itself, &t, NULL);
    track_thread_set_daemon(&t, is_daemon);
    track_thread_start(&t);
    CU_ASSERT_EQUAL(track_thread_join(&t, &result), 0);
    CU_ASSERT_PTR_NOT_NULL(result);
  }
  CU_ASSERT_EQUAL(track_thread_join(track_thread_main(), NULL), EDEADLK);
}

static int join_main(void *arg) {
  (void)arg;
  return track_thread_join(track_thread_main(), NULL);
}

static void a_join_of_the_main_thread_answers_EINVAL_to_others(void) {
  struct actor a;
  actor_start(&a, join_main, NULL);
  CU_ASSERT_EQUAL(actor_join(&a), EINVAL);
}

static void a_join_may_time_out_and_be_done_again(void) {
  struct track_thread t;
  start_staying(&t, NULL);
  int64_t begin = now_ns();
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, SOON, NULL), ETIMEDOUT);
  CU_ASSERT_TRUE(now_ns() - begin >= SOON);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, 0, NULL), ETIMEDOUT);
  CU_ASSERT_TRUE(track_thread_is_alive(&t));
  track_event_set(&may_end);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, LATE, NULL), 0);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, 0, NULL), 0);
  CU_ASSERT_EQUAL(track_thread_join(&t, NULL), 0);
}

struct joining {
  struct track_thread *thread;
  void *result;
};
static int join_for_result(void *arg) {
  struct joining *j = arg;
  return track_thread_join(j->thread, &j->result);
}

static void several_may_join_at_once(void) {
  for (int is_daemon = 0; is_daemon < 2; is_daemon++) {
    struct track_thread t;
    struct actor actors[4];
    struct joining joinings[4];
    int x;
    track_event_clear(&may_end);
    track_thread_init(&t, stay, &x, NULL);
    track_thread_set_daemon(&t, is_daemon);
    CU_ASSERT_EQUAL(track_thread_start(&t), 0);
    for (int i = 0; i < 4; i++) {
      joinings[i] = (struct joining){&t, NULL};
      actor_start(&actors[i], join_for_result, &joinings[i]);
    }
    for (int i = 0; i < 4; i++)
      AWAIT_ASLEEP(&actors[i], &t);
    track_event_set(&may_end);
    for (int i = 0; i < 4; i++) {
      CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
      CU_ASSERT_PTR_EQUAL(joinings[i].result, &x);
    }
  }
}

static void a_joined_one_may_be_initialised_and_started_again(void) {
  struct track_thread t;
  for (uintptr_t i = 1; i < 50; i++) {
    void *result = NULL;
    track_thread_init(&t, give_back, (void *)i, NULL);
    track_thread_set_daemon(&t, i % 2);
    CU_ASSERT_EQUAL(track_thread_start(&t), 0);
    CU_ASSERT_EQUAL(track_thread_join(&t, &result), 0);
    CU_ASSERT_PTR_EQUAL(result, (void *)i);
  }
}

static void *exit_with(void *arg) {
  pthread_exit(arg);
}

static void pthread_exit_gives_the_result(void) {
  struct track_thread t;
  struct actor actors[2];
  struct joining joinings[2];
  int x;
  track_thread_init(&t, exit_with, &x, NULL);
  CU_ASSERT_EQUAL(track_thread_start(&t), 0);
  for (int i = 0; i < 2; i++) {
    joinings[i] = (struct joining){&t, NULL};
    actor_start(&actors[i], join_for_result, &joinings[i]);
  }
  for (int i = 0; i < 2; i++) {
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
    CU_ASSERT_PTR_EQUAL(joinings[i].result, &x);
  }
  CU_ASSERT_FALSE(track_thread_is_alive(&t));
}

static void its_numbers_are_known_once_it_was_started(void) {
  for (int i = 0; i < 100; i++) {
    struct track_thread t;
    start_staying(&t, NULL);
    int id = track_thread_native_id(&t);
    CU_ASSERT_NOT_EQUAL(track_thread_ident(&t), 0);
    CU_ASSERT_TRUE(id > 0 && id != getpid());
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d", id);
    CU_ASSERT_EQUAL(access(path, F_OK), 0);
    track_event_set(&may_end);
    track_thread_join(&t, NULL);
  }
  CU_ASSERT_EQUAL(track_thread_native_id(track_thread_main()), getpid());
  CU_ASSERT_EQUAL(track_thread_ident(track_thread_main()), (uint64_t)pthread_self());
}

/* Names. */

static void a_name_is_copied_and_cut_at_31_bytes(void) {
  struct track_thread t;
  char name[] = "a name of more bytes than there are places for";
  track_thread_init(&t, give_back, NULL, name);
  name[0] = 'X';
  CU_ASSERT_STRING_EQUAL(track_thread_name(&t), "a name of more bytes than there");
  CU_ASSERT_EQUAL(strlen(track_thread_name(&t)), 31);
  CU_ASSERT_EQUAL(track_thread_set_name(&t, "another name that has more than 31 bytes"), 0);
  CU_ASSERT_STRING_EQUAL(track_thread_name(&t), "another name that has more than");
  CU_ASSERT_EQUAL(track_thread_set_name(&t, NULL), EINVAL);
  CU_ASSERT_EQUAL(track_thread_set_name(&t, ""), 0);
  CU_ASSERT_STRING_EQUAL(track_thread_name(&t), "");
}

static void without_a_name_it_is_numbered(void) {
  struct track_thread first, second;
  int n = 0, m = 0;
  track_thread_init(&first, give_back, NULL, NULL);
  track_thread_init(&second, give_back, NULL, NULL);
  CU_ASSERT_EQUAL(sscanf(track_thread_name(&first), "Thread-%d", &n), 1);
  CU_ASSERT_EQUAL(sscanf(track_thread_name(&second), "Thread-%d", &m), 1);
  CU_ASSERT_EQUAL(m, n + 1);
}

static void kernel_name(char *ret_name, size_t bytes, const struct track_thread *t) {
  ret_name[0] = 0;
  pthread_getname_np((pthread_t)track_thread_ident(t), ret_name, bytes);
}

static int name_self(void *arg) {
  char name[16];
  (void)arg;
  struct track_thread *own = track_thread_current();
  track_thread_set_name(own, "renamed by itself, at length");
  kernel_name(name, sizeof name, own);
  return strcmp(name, "renamed by itse") != 0;
}

static void the_kernel_shows_15_bytes_of_it(void) {
  struct actor a;
  actor_start(&a, name_self, NULL);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
}

/* Daemons. */

static struct track_thread made_inside;
static void *init_another(void *arg) {
  track_thread_init(&made_inside, give_back, NULL, NULL);
  return arg;
}

static void the_daemon_flag_is_that_of_the_creating_thread(void) {
  struct track_thread t;
  track_thread_init(&t, init_another, NULL, NULL);
  CU_ASSERT_FALSE(track_thread_is_daemon(&t));
  for (int is_daemon = 1; is_daemon >= 0; is_daemon--) {
    CU_ASSERT_EQUAL(track_thread_set_daemon(&t, is_daemon), 0);
    CU_ASSERT_EQUAL(track_thread_start(&t), 0);
    CU_ASSERT_EQUAL(track_thread_join(&t, NULL), 0);
    CU_ASSERT_EQUAL(track_thread_is_daemon(&made_inside), is_daemon);
    track_thread_init(&t, init_another, NULL, NULL);
  }
}

static void pthreads_make_daemons(void) {
  pthread_t t;
  pthread_create(&t, NULL, init_another, NULL);
  pthread_join(t, NULL);
  CU_ASSERT_TRUE(track_thread_is_daemon(&made_inside));
}

static void set_daemon_after_the_start_answers_EINVAL(void) {
  struct track_thread t;
  start_staying(&t, NULL);
  CU_ASSERT_EQUAL(track_thread_set_daemon(&t, true), EINVAL);
  CU_ASSERT_FALSE(track_thread_is_daemon(&t));
  track_event_set(&may_end);
  track_thread_join(&t, NULL);
  CU_ASSERT_EQUAL(track_thread_set_daemon(&t, true), EINVAL);
  CU_ASSERT_EQUAL(track_thread_set_daemon(track_thread_main(), true), EINVAL);
}

/* Who is alive. */

static void living_threads_are_listed_in_the_order_of_their_starts(void) {
  struct track_thread threads[3], *listed[8] = {NULL};
  size_t n_before = track_thread_active_count();
  CU_ASSERT_EQUAL(track_thread_enumerate(listed, 8), n_before);
  CU_ASSERT_PTR_EQUAL(listed[0], track_thread_main());
  track_event_clear(&may_end);
  for (int i = 0; i < 3; i++)
    track_thread_init(&threads[i], stay, NULL, NULL);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before);
  for (int i = 0; i < 3; i++)
    track_thread_start(&threads[i]);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before + 3);
  memset(listed, 0, sizeof listed);
  CU_ASSERT_EQUAL(track_thread_enumerate(listed, n_before + 2), n_before + 3);
  CU_ASSERT_PTR_EQUAL(listed[n_before], &threads[0]);
  CU_ASSERT_PTR_EQUAL(listed[n_before + 1], &threads[1]);
  CU_ASSERT_PTR_NULL(listed[n_before + 2]);
  CU_ASSERT_EQUAL(track_thread_enumerate(NULL, 0), n_before + 3);
  track_event_set(&may_end);
  for (int i = 0; i < 3; i++)
    track_thread_join(&threads[i], NULL);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before);
}

static int is_current(void *thread) {
  return track_thread_current() == thread;
}

static void the_current_thread_is_that_which_asks(void) {
  struct actor a;
  CU_ASSERT_PTR_EQUAL(track_thread_current(), track_thread_main());
  CU_ASSERT_STRING_EQUAL(track_thread_name(track_thread_main()), "MainThread");
  CU_ASSERT_FALSE(track_thread_is_daemon(track_thread_main()));
  CU_ASSERT_TRUE(track_thread_is_alive(track_thread_main()));
  actor_start(&a, is_current, &a.thread);
  CU_ASSERT_EQUAL(actor_join(&a), 1);
}

struct stand_in {
  struct track_thread *thread;
  bool is_daemon, is_alive, is_same, is_listed;
  char name[TRACK_NAME_BYTES];
  uint64_t ident;
  int native_id, own_join;
};

static void *look_at_self(void *arg) {
  struct stand_in *s = arg;
  struct track_thread *own = track_thread_current(), *listed[16];
  s->thread = own;
  s->is_daemon = track_thread_is_daemon(own);
  s->is_alive = track_thread_is_alive(own);
  s->is_same = own == track_thread_current();
  for (size_t i = 0, n = track_thread_enumerate(listed, 16); i < n && i < 16; i++)
    s->is_listed |= listed[i] == own;
  snprintf(s->name, sizeof s->name, "%s", track_thread_name(own));
  s->ident = track_thread_ident(own);
  s->native_id = track_thread_native_id(own) == (int)syscall(SYS_gettid);
  s->own_join = track_thread_join(own, NULL);
  return NULL;
}

static void assert_stand_in(const struct stand_in *s) {
  CU_ASSERT_PTR_NOT_NULL(s->thread);
  CU_ASSERT_PTR_NOT_EQUAL(s->thread, track_thread_main());
  CU_ASSERT_TRUE(s->is_daemon && s->is_alive && s->is_same && s->is_listed && s->native_id);
  CU_ASSERT_EQUAL(strncmp(s->name, "Dummy-", 6), 0);
  CU_ASSERT_EQUAL(s->own_join, EDEADLK);
}

static void a_pthread_has_a_daemon_stand_in_that_ends_with_it(void) {
  pthread_t t;
  struct stand_in s = {.thread = NULL};
  size_t n_before = track_thread_active_count();
  pthread_create(&t, NULL, look_at_self, &s);
  uint64_t ident = (uint64_t)t;
  pthread_join(t, NULL);
  assert_stand_in(&s);
  CU_ASSERT_EQUAL(s.ident, ident);
  CU_ASSERT_EQUAL(track_thread_active_count(), n_before);
}

static struct track_event is_over = TRACK_EVENT_INIT("is over");
static void *look_and_set(void *arg) {
  look_at_self(arg);
  track_event_set(&is_over);
  return NULL;
}

static void a_low_level_thread_has_an_ident_and_a_stand_in(void) {
  struct stand_in s = {.thread = NULL};
  uint64_t ident = 0;
  CU_ASSERT_EQUAL(track_start_new_thread(look_and_set, &s, &ident), 0);
  CU_ASSERT_EQUAL(track_event_wait_timeout(&is_over, LATE), 0);
  assert_stand_in(&s);
  CU_ASSERT_EQUAL(s.ident, ident);
  track_event_clear(&is_over);
  CU_ASSERT_EQUAL(track_start_new_thread(look_and_set, &s, NULL), 0);
  CU_ASSERT_EQUAL(track_event_wait_timeout(&is_over, LATE), 0);
}

static struct track_event has_looked = TRACK_EVENT_INIT("has looked");
static void *look_and_stay(void *arg) {
  look_at_self(arg);
  track_event_set(&has_looked);
  track_event_wait(&may_end);
  return NULL;
}

static void a_join_of_another_threads_stand_in_answers_EINVAL(void) {
  pthread_t t;
  struct stand_in s = {.thread = NULL};
  track_event_clear(&may_end);
  pthread_create(&t, NULL, look_and_stay, &s);
  track_event_wait(&has_looked);
  CU_ASSERT_EQUAL(track_thread_join(s.thread, NULL), EINVAL);
  CU_ASSERT_EQUAL(track_thread_join_timeout(s.thread, SOON, NULL), EINVAL);
  CU_ASSERT_TRUE(track_thread_is_alive(s.thread));
  track_event_set(&may_end);
  pthread_join(t, NULL);
}

/* A class of threads. */
struct adder {
  struct track_thread thread;
  int a, b, sum;
};
static void *adder_run(void *arg) {
  struct adder *adder = arg;
  if (track_thread_current() == &adder->thread)
    adder->sum = adder->a + adder->b;
  return NULL;
}

static void a_structure_that_embeds_one_is_a_thread_class(void) {
  struct adder adders[3];
  for (int i = 0; i < 3; i++) {
    adders[i] = (struct adder){.a = i, .b = 10};
    track_thread_init(&adders[i].thread, adder_run, &adders[i], "adder");
    track_thread_start(&adders[i].thread);
  }
  for (int i = 0; i < 3; i++) {
    track_thread_join(&adders[i].thread, NULL);
    CU_ASSERT_EQUAL(adders[i].sum, i + 10);
  }
}

/* The memory may go as soon as a daemon is not alive any more, or a thread is joined. */
static void the_structure_may_go_when_a_daemon_is_over(void) {
  for (int i = 0; i < 300; i++) {
    struct track_thread *t = page_new();
    track_thread_init(t, give_back, NULL, NULL);
    track_thread_set_daemon(t, true);
    CU_ASSERT_EQUAL(track_thread_start(t), 0);
    while (track_thread_is_alive(t))
      ;
    page_free(t);
  }
}

/* Cancelling a thread that joins: none of its calls is a cancellation point, and others can still join. */
static struct track_local slow_end;
static struct track_event drops = TRACK_EVENT_INIT("drops"), may_drop = TRACK_EVENT_INIT("may drop");
static void drop_slowly(void *value) {
  (void)value;
  track_event_set(&drops);
  track_event_wait(&may_drop);
}
static void *leave_a_value(void *arg) {
  track_local_set(&slow_end, arg);
  return NULL;
}
static void *join_twice(void *thread) {
  track_thread_join(thread, NULL);
  return thread;
}

static void a_join_is_no_cancellation_point(void) {
  struct track_thread t, joiner;
  void *result = NULL;
  track_local_init(&slow_end, NULL, NULL, drop_slowly);
  track_thread_init(&t, leave_a_value, &t, NULL);
  track_thread_init(&joiner, join_twice, &t, NULL);
  track_thread_start(&t);
  CU_ASSERT_EQUAL(track_event_wait_timeout(&drops, LATE), 0);
  CU_ASSERT_FALSE(track_thread_is_alive(&t));
  track_thread_start(&joiner);
  AWAIT(is_asleep_on(track_thread_native_id(&joiner), NULL, SIZE_MAX)); /* the thread has ended, but for its destructors */
  pthread_cancel((pthread_t)track_thread_ident(&joiner));
  track_event_set(&may_drop);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&joiner, LATE, &result), 0);
  CU_ASSERT_PTR_EQUAL(result, &t);
  CU_ASSERT_EQUAL(track_thread_join_timeout(&t, LATE, NULL), 0);
  track_local_destroy(&slow_end);
}

/* The trace hook. */

static atomic_int n_hooked, n_wrong;
static struct track_lock hooked = TRACK_LOCK_INIT("hooked"), in_hook = TRACK_LOCK_INIT("in hook");
static char operations[256];

static void note_operation(const struct track_trace_event *event, void *arg) {
  TRACK_WITH(&in_hook) {
    if (event->object == &hooked && !strcmp(event->object_name, "hooked")) {
      size_t n = strlen(operations);
      snprintf(operations + n, sizeof operations - n, "%s ", event->operation);
    }
  }
  n_hooked++;
  n_wrong += arg != &n_hooked || event->object == &in_hook || event->time_ns > now_ns() || event->time_ns <= 0;
}

static int use_hooked(void *arg) {
  (void)arg;
  track_lock_acquire(&hooked);
  track_lock_try_acquire(&hooked);
  track_lock_release(&hooked);
  track_lock_release(&hooked);
  return 0;
}

static atomic_bool may_use;
static int use_later(void *arg) {
  while (!may_use)
    poll_again(now_ns());
  return use_hooked(arg);
}

static void a_trace_hook_sees_the_operations_of_threads_that_start_afterwards(void) {
  struct actor before, after, later;
  n_hooked = n_wrong = 0;
  operations[0] = 0;
  may_use = false;
  actor_start(&before, use_later, NULL);
  AWAIT(before.tid);
  track_set_trace(note_operation, &n_hooked);
  use_hooked(NULL);
  may_use = true;
  actor_join(&before);
  CU_ASSERT_EQUAL(n_hooked, 0);
  actor_start(&after, use_hooked, NULL);
  actor_join(&after);
  CU_ASSERT_STRING_EQUAL(operations, "acq tryfail rel relfail ");
  CU_ASSERT_EQUAL(n_wrong, 0);
  track_set_trace(NULL, NULL);
  operations[0] = 0;
  actor_start(&later, use_hooked, NULL);
  actor_join(&later);
  CU_ASSERT_STRING_EQUAL(operations, "");
}

/* The hook of a consumer puts into the very queue: told within the queue's own lock, it would wait for itself. */
static struct track_queue lines;
static void put_line(const struct track_trace_event *event, void *arg) {
  (void)arg;
  if (event->object == &lines)
    n_hooked += track_queue_try_put(&lines, NULL) == 0;
}

static int consume_lines(void *arg) {
  (void)arg;
  return track_queue_put(&lines, NULL) + track_queue_get(&lines, NULL) + track_queue_task_done(&lines);
}

static void a_trace_hook_may_use_what_it_is_told_of(void) {
  struct actor a;
  n_hooked = 0;
  track_queue_init(&lines, 0, "lines");
  track_set_trace(put_line, NULL);
  actor_start(&a, consume_lines, NULL);
  AWAIT(a.tid);
  track_set_trace(NULL, NULL);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  CU_ASSERT_EQUAL(n_hooked, 3);
  CU_ASSERT_EQUAL(track_queue_size(&lines), 3);
  track_queue_destroy(&lines);
}

static void errno_is_left_alone(void) {
  struct track_thread t;
  errno = 77;
  track_thread_init(&t, give_back, NULL, NULL);
  track_thread_join(&t, NULL);
  track_thread_start(&t);
  track_thread_start(&t);
  track_thread_set_name(&t, "errno");
  track_thread_join(&t, NULL);
  track_thread_current();
  CU_ASSERT_EQUAL(errno, 77);
}

/* The end of the process. */

static void *print_late(void *text) {
  for (int i = 0; i < 50; i++)
    poll_again(now_ns());
  printf("%s ", (const char *)text);
  return NULL;
}
static void *print_never(void *text) {
  track_event_wait(&may_end);
  printf("%s ", (const char *)text);
  return NULL;
}

static struct track_thread in_program[3];
static void start_in_program(int i, void *(*run)(void *), const char *text, bool is_daemon) {
  track_thread_init(&in_program[i], run, (void *)(uintptr_t)text, NULL);
  track_thread_set_daemon(&in_program[i], is_daemon);
  track_thread_start(&in_program[i]);
}

static int return_from_main(void) {
  start_in_program(0, print_late, "thread", false);
  start_in_program(1, print_never, "daemon", true);
  printf("main ");
  return 3;
}

static void non_daemons_are_joined_at_the_end_and_daemons_are_left(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("return_from_main", output, sizeof output), 3);
  CU_ASSERT_STRING_EQUAL(output, "main thread ");
}

static void *start_another(void *text) {
  for (int i = 0; i < 20; i++)
    poll_again(now_ns());
  start_in_program(1, print_late, "second", false);
  printf("%s ", (const char *)text);
  return NULL;
}

static int threads_start_threads(void) {
  start_in_program(0, start_another, "first", false);
  return 0;
}

static void threads_that_are_started_at_the_end_are_joined_too(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("threads_start_threads", output, sizeof output), 0);
  CU_ASSERT_STRING_EQUAL(output, "first second ");
}

static void *exit_4(void *arg) {
  (void)arg;
  exit(4);
}

static int exit_in_thread(void) {
  start_in_program(0, print_late, "thread", false);
  start_in_program(1, exit_4, NULL, false);
  track_event_wait(&may_end); /* for ever */
  return 0;
}

static int exit_in_daemon(void) {
  start_in_program(0, print_late, "thread", false);
  start_in_program(1, exit_4, NULL, true);
  track_thread_join(&in_program[1], NULL); /* for ever */
  return 0;
}

static void a_thread_may_exit_the_process(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("exit_in_thread", output, sizeof output), 4);
  CU_ASSERT_STRING_EQUAL(output, "thread ");
  CU_ASSERT_EQUAL(run_program("exit_in_daemon", output, sizeof output), 4);
  CU_ASSERT_STRING_EQUAL(output, "thread ");
}

static int quick(void) {
  start_in_program(0, print_never, "thread", false);
  _exit(5);
}

static void _exit_waits_for_nobody(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("quick", output, sizeof output), 5);
  CU_ASSERT_STRING_EQUAL(output, "");
}

static int main_exits_alone(void) {
  start_in_program(0, print_late, "thread", false);
  printf("main ");
  pthread_exit(NULL);
}

static void main_may_end_by_pthread_exit(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("main_exits_alone", output, sizeof output), 0);
  CU_ASSERT_STRING_EQUAL(output, "main thread ");
}

static void *join_first(void *arg) {
  (void)arg;
  track_thread_join(&in_program[0], NULL);
  printf("joined ");
  return NULL;
}

/* Joined by a thread that is itself joined, while the end of the process takes the threads one after the other. */
static int joins_meet_the_end(void) {
  start_in_program(0, print_late, "thread", false);
  start_in_program(1, join_first, NULL, false);
  return 0;
}

static void a_join_may_meet_the_end_of_the_process(void) {
  char output[256];
  for (int i = 0; i < 5; i++) {
    CU_ASSERT_EQUAL(run_program("joins_meet_the_end", output, sizeof output), 0);
    CU_ASSERT_STRING_EQUAL(output, "thread joined ");
  }
}

static void fire(void *text) {
  printf("%s ", (const char *)text);
}
static struct track_timer timers[2];

static int timers_at_the_end(void) {
  static char fired[] = "fired", daemon[] = "daemon";
  track_timer_init(&timers[0], SOON, fire, fired, NULL);
  track_timer_init(&timers[1], LATE, fire, daemon, NULL);
  track_timer_set_daemon(&timers[1], true);
  track_timer_start(&timers[0]);
  track_timer_start(&timers[1]);
  return 0;
}

static void timers_are_waited_for_unless_they_are_daemons(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("timers_at_the_end", output, sizeof output), 0);
  CU_ASSERT_STRING_EQUAL(output, "fired ");
}

/* Its structure is gone; what runs at its very end asks who it is. */
static struct track_local late_local;
static void log_at_the_end(void *value) {
  (void)value;
  printf("%d ", track_thread_name(track_thread_current())[0] != 0);
}
static void *set_late_local(void *arg) {
  track_local_set(&late_local, arg);
  return NULL;
}

static int values_dropped_at_the_end(void) {
  track_local_init(&late_local, NULL, NULL, log_at_the_end);
  for (int i = 0; i < 2; i++)
    start_in_program(i, set_late_local, "value", i);
  for (int i = 0; i < 2; i++)
    track_thread_join(&in_program[i], NULL);
  for (int i = 0; i < 100; i++)
    poll_again(now_ns());
  return 0;
}

static void drop_functions_may_ask_which_thread_they_run_in(void) {
  char output[256];
  CU_ASSERT_EQUAL(run_program("values_dropped_at_the_end", output, sizeof output), 0);
  CU_ASSERT_STRING_EQUAL(output, "1 1 ");
}

int main(int argc, char **argv) {
  static const struct child_program children[] = {
      CHILD(return_from_main),
      CHILD(threads_start_threads),
      CHILD(exit_in_thread),
      CHILD(exit_in_daemon),
      CHILD(quick),
      CHILD(main_exits_alone),
      CHILD(joins_meet_the_end),
      CHILD(timers_at_the_end),
      CHILD(values_dropped_at_the_end),
      {NULL, NULL},
  };
  static const struct test tests[] = {
      TEST(it_runs_and_gives_its_result),
      TEST(a_second_start_answers_EINVAL),
      TEST(a_join_before_the_start_answers_EINVAL),
      TEST(a_join_of_itself_answers_EDEADLK),
      TEST(a_join_of_the_main_thread_answers_EINVAL_to_others),
      TEST(a_join_may_time_out_and_be_done_again),
      TEST(several_may_join_at_once),
      TEST(a_joined_one_may_be_initialised_and_started_again),
      TEST(pthread_exit_gives_the_result),
      TEST(its_numbers_are_known_once_it_was_started),
      TEST(a_name_is_copied_and_cut_at_31_bytes),
      TEST(without_a_name_it_is_numbered),
      TEST(the_kernel_shows_15_bytes_of_it),
      TEST(the_daemon_flag_is_that_of_the_creating_thread),
      TEST(pthreads_make_daemons),
      TEST(set_daemon_after_the_start_answers_EINVAL),
      TEST(living_threads_are_listed_in_the_order_of_their_starts),
      TEST(the_current_thread_is_that_which_asks),
      TEST(a_pthread_has_a_daemon_stand_in_that_ends_with_it),
      TEST(a_low_level_thread_has_an_ident_and_a_stand_in),
      TEST(a_join_of_another_threads_stand_in_answers_EINVAL),
      TEST(a_structure_that_embeds_one_is_a_thread_class),
      TEST(the_structure_may_go_when_a_daemon_is_over),
      TEST(a_join_is_no_cancellation_point),
      TEST(a_trace_hook_sees_the_operations_of_threads_that_start_afterwards),
      TEST(a_trace_hook_may_use_what_it_is_told_of),
      TEST(errno_is_left_alone),
      TEST(non_daemons_are_joined_at_the_end_and_daemons_are_left),
      TEST(threads_that_are_started_at_the_end_are_joined_too),
      TEST(a_thread_may_exit_the_process),
      TEST(_exit_waits_for_nobody),
      TEST(main_may_end_by_pthread_exit),
      TEST(a_join_may_meet_the_end_of_the_process),
      TEST(timers_are_waited_for_unless_they_are_daemons),
      TEST(drop_functions_may_ask_which_thread_they_run_in),
  };
  return run_suite("thread", tests, sizeof tests / sizeof *tests, children, argc, argv);
}
