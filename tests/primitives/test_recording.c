/* test_recording.c - track_start, track_stop and track_name: what a program that records itself finds in its recording.
 *
 * Under a recording from outside track_start answers EALREADY, so the tests run without one. */
#include <dirent.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

static char folder[64];

static void new_folder(void) {
  static int n;
  snprintf(folder, sizeof folder, "/tmp/track-recording-%d-%d", (int)getpid(), ++n);
}

static void remove_folder(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  CU_ASSERT_EQUAL(system(command), 0);
}

/* What the inspector prints; its exit status. */
static int inspect(const char *arguments, char *ret_output, size_t capacity) {
  char command[256];
  snprintf(command, sizeof command, "exec '%s' %s '%s' 2>&1", INSPECTOR, arguments, folder);
  FILE *out = popen(command, "r");
  size_t n = fread(ret_output, 1, capacity - 1, out);
  ret_output[n] = 0;
  for (char rest[4096]; fread(rest, 1, sizeof rest, out);)
    ;
  int status = pclose(out);
  return status < 0 ? -1 : status / 256;
}

static char output[1 << 18];

static void assert_whole(void) {
  CU_ASSERT_TRUE(inspect("check --format json", output, sizeof output) < 2);
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"dropped\": 0"));
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"order_repaired\": 0"));
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "\"contradictions\": 0"));
}

static void start_and_stop_tell_whether_they_did(void) {
  new_folder();
  CU_ASSERT_EQUAL(track_stop(), EINVAL);
  CU_ASSERT_EQUAL(track_start(folder), 0);
  CU_ASSERT_EQUAL(track_start(folder), EALREADY);
  CU_ASSERT_EQUAL(track_stop(), 0);
  CU_ASSERT_EQUAL(track_stop(), EINVAL);
  remove_folder();
}

static void folders_that_cannot_be_are_answered(void) {
  char path[5000];
  memset(path, 'x', sizeof path);
  path[0] = '/';
  path[sizeof path - 1] = 0;
  CU_ASSERT_EQUAL(track_start(path), ENAMETOOLONG);
  CU_ASSERT_NOT_EQUAL(track_start("/dev/null/nowhere"), 0);
  CU_ASSERT_NOT_EQUAL(track_start(""), 0);
  CU_ASSERT_NOT_EQUAL(track_start(NULL), 0);
  CU_ASSERT_EQUAL(track_stop(), EINVAL);
}

static void what_happens_between_start_and_stop_is_recorded(void) {
  struct track_lock l;
  new_folder();
  track_lock_init(&l, "too early");
  track_lock_acquire(&l);
  track_lock_release(&l);
  CU_ASSERT_EQUAL(track_start(folder), 0);
  struct track_lock within = TRACK_LOCK_INIT("within");
  track_lock_acquire(&within);
  track_lock_release(&within);
  CU_ASSERT_EQUAL(track_stop(), 0);
  track_lock_acquire(&l);
  track_lock_release(&l);
  assert_whole();
  CU_ASSERT_EQUAL(inspect("dump", output, sizeof output), 0);
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "within"));
  CU_ASSERT_PTR_NULL(strstr(output, "too early"));
  remove_folder();
}

static void objects_have_the_names_that_track_name_gives(void) {
  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
  new_folder();
  track_name(&m, "before the start nothing happens");
  CU_ASSERT_EQUAL(track_start(folder), 0);
  track_name(&m, "the mutex of this test");
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
  track_name(&m, NULL);
  CU_ASSERT_EQUAL(track_stop(), 0);
  CU_ASSERT_EQUAL(inspect("dump", output, sizeof output), 0);
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "the mutex of this test"));
  CU_ASSERT_PTR_NULL(strstr(output, "before the start"));
  remove_folder();
}

static void each_recording_has_a_file_and_all_names_anew(void) {
  struct track_lock l = TRACK_LOCK_INIT("in both");
  for (int i = 0; i < 2; i++) {
    new_folder();
    CU_ASSERT_EQUAL(track_start(folder), 0);
    track_lock_acquire(&l);
    track_lock_release(&l);
    CU_ASSERT_EQUAL(track_stop(), 0);
    assert_whole();
    CU_ASSERT_EQUAL(inspect("dump", output, sizeof output), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "in both"));
    remove_folder();
  }
}

/* A thread that was recorded the first time. */
static struct track_lock first = TRACK_LOCK_INIT("first lock"), second = TRACK_LOCK_INIT("second lock");
static atomic_int phase;
static int use_in_two(void *arg) {
  (void)arg;
  AWAIT(phase == 1);
  TRACK_WITH(&first) {}
  phase = 2;
  AWAIT(phase == 3);
  TRACK_WITH(&second) {}
  phase = 4;
  return 0;
}

static void the_first_event_of_a_thread_in_a_second_recording_is_there(void) {
  struct actor a;
  new_folder();
  actor_start(&a, use_in_two, NULL);
  CU_ASSERT_EQUAL(track_start(folder), 0);
  phase = 1;
  AWAIT(phase == 2);
  CU_ASSERT_EQUAL(track_stop(), 0);
  remove_folder();
  new_folder();
  CU_ASSERT_EQUAL(track_start(folder), 0);
  phase = 3;
  AWAIT(phase == 4);
  CU_ASSERT_EQUAL(track_stop(), 0);
  CU_ASSERT_EQUAL(actor_join(&a), 0);
  assert_whole();
  CU_ASSERT_EQUAL(inspect("dump", output, sizeof output), 0);
  const char *name = strstr(output, "second lock");
  CU_ASSERT_PTR_NOT_NULL(name);
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "|acq("));
  CU_ASSERT_PTR_NOT_NULL(strstr(output, "|rel("));
  remove_folder();
}

static void two_recordings_may_share_a_folder(void) {
  int n_files = 0;
  new_folder();
  for (int i = 0; i < 2; i++) {
    CU_ASSERT_EQUAL(track_start(folder), 0);
    CU_ASSERT_EQUAL(track_stop(), 0);
  }
  DIR *d = opendir(folder);
  for (struct dirent *entry; d && (entry = readdir(d));)
    n_files += strstr(entry->d_name, ".trace") != NULL;
  if (d)
    closedir(d);
  CU_ASSERT_EQUAL(n_files, 2);
  remove_folder();
}

/* Switched on and off while everything is in use: threads are in the middle of waits whose beginning nobody recorded. */
static struct {
  struct track_lock lock;
  struct track_rlock rlock;
  struct track_condition condition;
  struct track_semaphore semaphore;
  struct track_event event;
  struct track_barrier barrier;
  struct track_queue queue;
  struct track_executor executor;
} all;
static atomic_bool is_over;
static unsigned turn;

static int give_back(void *arg, void **ret_result) {
  *ret_result = arg;
  return 0;
}

static int use_locks(void *arg) {
  unsigned own = *(unsigned *)arg;
  while (!is_over) {
    track_lock_acquire(&all.lock);
    TRACK_WITH(&all.rlock)
    TRACK_WITH(&all.rlock) track_lock_release(&all.lock);
    track_condition_acquire(&all.condition);
    if (turn % 2 != own)
      track_condition_wait_timeout(&all.condition, TRACK_MS(1));
    turn++;
    track_condition_notify(&all.condition, 1);
    track_condition_release(&all.condition);
    TRACK_WITH(&all.semaphore) track_event_set(&all.event);
    track_event_wait_timeout(&all.event, 1000);
    track_event_clear(&all.event);
    track_barrier_wait_timeout(&all.barrier, TRACK_MS(5), NULL);
    track_barrier_reset(&all.barrier);
  }
  return 0;
}

static int use_queues(void *arg) {
  while (!is_over) {
    struct track_future *f;
    struct track_thread t;
    track_queue_try_put(&all.queue, arg);
    track_queue_get_timeout(&all.queue, NULL, 1000);
    track_executor_submit(&all.executor, give_back, arg, &f);
    track_future_result(f, -1, NULL);
    track_future_release(f);
    track_thread_init(&t, (void *(*)(void *))track_local_get, arg, NULL);
    track_thread_start(&t);
    track_thread_join(&t, NULL);
  }
  return 0;
}

static void recording_may_begin_and_end_in_the_middle_of_everything(void) {
  struct actor actors[4];
  unsigned numbers[2] = {0, 1};
  struct track_local l;
  track_lock_init(&all.lock, NULL);
  track_rlock_init(&all.rlock, NULL);
  track_condition_init(&all.condition, NULL);
  track_semaphore_init(&all.semaphore, 1, NULL);
  track_event_init(&all.event, NULL);
  track_barrier_init(&all.barrier, 2, NULL, NULL, NULL);
  track_queue_init(&all.queue, 3, NULL);
  track_executor_init(&all.executor, 2, NULL);
  track_local_init(&l, NULL, NULL, NULL);
  for (int i = 0; i < 2; i++) {
    actor_start(&actors[i], use_locks, &numbers[i]);
    actor_start(&actors[2 + i], use_queues, &l);
  }
  for (int i = 0; i < 8; i++) {
    new_folder();
    CU_ASSERT_EQUAL(track_start(folder), 0);
    for (unsigned from = __atomic_load_n(&turn, __ATOMIC_RELAXED); __atomic_load_n(&turn, __ATOMIC_RELAXED) - from < 30;)
      poll_again(now_ns());
    CU_ASSERT_EQUAL(track_stop(), 0);
    assert_whole();
    remove_folder();
  }
  is_over = true;
  for (int i = 0; i < 4; i++)
    CU_ASSERT_EQUAL(actor_join(&actors[i]), 0);
  CU_ASSERT_EQUAL(track_executor_destroy(&all.executor), 0);
  track_local_destroy(&l);
}

static void errno_is_left_alone(void) {
  new_folder();
  errno = 77;
  track_start(folder);
  track_name(&errno, "errno");
  track_stop();
  track_start("/dev/null/nowhere");
  CU_ASSERT_EQUAL(errno, 77);
  remove_folder();
}

static void a_recording_from_outside_is_not_replaced(void) {
  new_folder();
  CU_ASSERT_EQUAL(track_start(folder), EALREADY);
  CU_ASSERT_NOT_EQUAL(access(folder, F_OK), 0);
}

int main(void) {
  static const struct test recorded[] = {TEST(a_recording_from_outside_is_not_replaced)};
  static const struct test tests[] = {
      TEST(start_and_stop_tell_whether_they_did),
      TEST(folders_that_cannot_be_are_answered),
      TEST(what_happens_between_start_and_stop_is_recorded),
      TEST(objects_have_the_names_that_track_name_gives),
      TEST(each_recording_has_a_file_and_all_names_anew),
      TEST(the_first_event_of_a_thread_in_a_second_recording_is_there),
      TEST(two_recordings_may_share_a_folder),
      TEST(recording_may_begin_and_end_in_the_middle_of_everything),
      TEST(errno_is_left_alone),
  };
  if (getenv("TRACK_OPTIONS"))
    return SUITE("recorded", recorded);
  return SUITE("recording", tests);
}
