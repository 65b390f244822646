/* test_log.c - track_log: how lines look, and that they stay whole. */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support.h"

static int ends[2];
static char read_back[1 << 16];

static void open_pipe(void) {
  if (pipe2(ends, O_CLOEXEC) || fcntl(ends[0], F_SETPIPE_SZ, 1 << 20) < 0)
    abort();
}

/* What was logged since. */
static const char *logged(void) {
  size_t n = 0;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  for (ssize_t more; n + 1 < sizeof read_back && (more = read(ends[0], read_back + n, sizeof read_back - 1 - n)) > 0;)
    n += (size_t)more;
  read_back[n] = 0;
  return read_back;
}

static const char *line_of(const char *format) {
  CU_ASSERT_EQUAL(track_log_configure(format, TRACK_DEBUG, ends[1]), 0);
  track_log(TRACK_WARNING, "%s %d", "text", 5);
  return logged();
}

static void a_line_has_level_thread_and_message(void) {
  CU_ASSERT_STRING_EQUAL(line_of(NULL), "[WARNING] (MainThread) text 5\n");
}

static int log_one(void *arg) {
  track_log(TRACK_DEBUG, "%s", (const char *)arg);
  return 0;
}

static void threads_have_their_names_padded(void) {
  struct track_thread *main = track_thread_main();
  char text[] = "hello";
  track_log_configure(NULL, TRACK_DEBUG, ends[1]);
  track_thread_set_name(main, "worker");
  log_one(text);
  CU_ASSERT_STRING_EQUAL(logged(), "[DEBUG] (worker    ) hello\n");
  track_thread_set_name(main, "a longer name than the width");
  log_one(text);
  CU_ASSERT_STRING_EQUAL(logged(), "[DEBUG] (a longer name than the width) hello\n");
  track_thread_set_name(main, "MainThread");
}

static void widths_pad_to_either_side(void) {
  CU_ASSERT_STRING_EQUAL(line_of("%(levelname)10s|%(levelname)-10s|%(levelname)2s|%(levelname)-s|%(levelname)0s|"),
                         "   WARNING|WARNING   |WARNING|WARNING|WARNING|\n");
}

static void all_levels_have_their_names(void) {
  track_log_configure("%(levelname)s", TRACK_DEBUG, ends[1]);
  for (enum track_log_level level = TRACK_DEBUG; level <= TRACK_ERROR; level++)
    track_log(level, "x");
  CU_ASSERT_STRING_EQUAL(logged(), "DEBUG\nINFO\nWARNING\nERROR\n");
}

static void lines_below_the_least_level_are_left_out(void) {
  track_log_configure("%(message)s", TRACK_WARNING, ends[1]);
  for (enum track_log_level level = TRACK_DEBUG; level <= TRACK_ERROR; level++)
    track_log(level, "%d", (int)level);
  CU_ASSERT_STRING_EQUAL(logged(), "2\n3\n");
}

static void numbers_and_times_have_their_forms(void) {
  char wanted[64];
  int year, month, day, hour, minute, second, ms, end = 0;
  snprintf(wanted, sizeof wanted, "%d %d\n", (int)getpid(), (int)syscall(SYS_gettid));
  CU_ASSERT_STRING_EQUAL(line_of("%(process)d %(thread)d"), wanted);
  CU_ASSERT_EQUAL(sscanf(line_of("%(asctime)s"), "%d-%d-%d %d:%d:%d,%d%n", &year, &month, &day, &hour, &minute, &second, &ms, &end), 7);
  CU_ASSERT_EQUAL(end, 23);
  int before = atoi(line_of("%(relativeCreated)d"));
  CU_ASSERT_TRUE(before >= 0 && before < 60000);
}

static void percent_signs_and_odd_texts_are_kept(void) {
  CU_ASSERT_STRING_EQUAL(line_of("100%% of (%(message)s) \t$"), "100% of (text 5) \t$\n");
  CU_ASSERT_STRING_EQUAL(line_of(""), "\n");
}

static void wrong_formats_answer_EINVAL_and_change_nothing(void) {
  static const char *const wrong[] = {
      "%",          "%s",   "text %",      "%(message)",      "%(message)d",   "%(thread)s",     "%(nothing)s",
      "%(message",  "%()s", "%(message)-", "%(message)1000s", "%(message)+5s", "%(message)--5s", "%(message)99999999999999999999999999s",
      "%(Message)s"};
  track_log_configure("%(message)s", TRACK_DEBUG, ends[1]);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    errno = 77;
    CU_ASSERT_EQUAL(track_log_configure(wrong[i], TRACK_ERROR, 2), EINVAL);
    CU_ASSERT_EQUAL(errno, 77);
  }
  char text[300];
  memset(text, 'x', sizeof text);
  text[256] = 0;
  CU_ASSERT_EQUAL(track_log_configure(text, TRACK_ERROR, 2), EINVAL);
  track_log(TRACK_DEBUG, "as before");
  CU_ASSERT_STRING_EQUAL(logged(), "as before\n");
  text[255] = 0;
  CU_ASSERT_EQUAL(strlen(line_of(text)), 256);
}

static void long_lines_are_whole(void) {
  static char text[40000];
  track_log_configure("<%(message)s>", TRACK_DEBUG, ends[1]);
  for (size_t bytes = 2040; bytes < 2056; bytes++) {
    memset(text, 'y', bytes);
    text[bytes] = 0;
    track_log(TRACK_INFO, "%s", text);
    CU_ASSERT_EQUAL(strlen(logged()), bytes + 3);
  }
  for (size_t bytes = 4085; bytes < 4100; bytes++) {
    memset(text, 'y', bytes);
    text[bytes] = 0;
    track_log(TRACK_INFO, "%s", text);
    const char *line = logged();
    CU_ASSERT_EQUAL(strlen(line), bytes + 3);
    CU_ASSERT_STRING_EQUAL(line + bytes + 1, ">\n");
  }
  memset(text, 'z', sizeof text - 1);
  track_log(TRACK_INFO, "%s", text);
  CU_ASSERT_EQUAL(strlen(logged()), sizeof text + 2);
}

/* Eight threads into one pipe, whose reader checks each line, with lines that are longer than what a pipe takes at once. */
enum { WRITERS = 8, LINES = 150 };
static int write_lines(void *number) {
  char text[6000];
  int n = *(int *)number;
  for (int i = 0; i < LINES; i++) {
    size_t bytes = i % 10 == 0 ? 5900 : 10 + (size_t)i;
    memset(text, 'a' + n, bytes);
    text[bytes] = 0;
    track_log(TRACK_INFO, "%d %d %s", n, i, text);
  }
  return 0;
}

struct reader {
  int fd, n_lines, n_wrong;
};

static int read_lines(void *arg) {
  struct reader *r = arg;
  FILE *in = fdopen(r->fd, "r");
  char *line = NULL;
  size_t room = 0;
  int next[WRITERS] = {0};
  while (r->n_lines < WRITERS * LINES && getline(&line, &room, in) > 0) {
    int n = -1, i = -1, begin = 0, count = sscanf(line, "%d %d %n", &n, &i, &begin);
    size_t bytes = strlen(line + begin), wanted = 1 + (i % 10 == 0 ? 5900 : 10 + (size_t)i);
    char all[2] = {(char)('a' + n), 0};
    r->n_lines++;
    if (count != 2 || n < 0 || n >= WRITERS || i != next[n]++ || bytes != wanted || strspn(line + begin, all) != bytes - 1)
      r->n_wrong++;
  }
  free(line);
  fclose(in);
  return 0;
}

static void lines_of_many_threads_are_never_mixed(void) {
  int own[2], numbers[WRITERS];
  struct actor writers[WRITERS], reading;
  if (pipe2(own, O_CLOEXEC))
    abort();
  fcntl(own[0], F_SETPIPE_SZ, 4096);
  struct reader r = {own[0], 0, 0};
  track_log_configure("%(message)s", TRACK_DEBUG, own[1]);
  actor_start(&reading, read_lines, &r);
  for (int i = 0; i < WRITERS; i++) {
    numbers[i] = i;
    actor_start(&writers[i], write_lines, &numbers[i]);
  }
  for (int i = 0; i < WRITERS; i++)
    actor_join(&writers[i]);
  actor_join(&reading);
  CU_ASSERT_EQUAL(r.n_lines, WRITERS * LINES);
  CU_ASSERT_EQUAL(r.n_wrong, 0);
  close(own[1]);
}

static void *log_in_pthread(void *arg) {
  track_log(TRACK_INFO, "from without");
  return arg;
}

static void a_pthread_logs_by_its_stand_ins_name(void) {
  pthread_t t;
  track_log_configure("%(threadName)s", TRACK_DEBUG, ends[1]);
  pthread_create(&t, NULL, log_in_pthread, NULL);
  pthread_join(t, NULL);
  CU_ASSERT_EQUAL(strncmp(logged(), "Dummy-", 6), 0);
}

static void errno_is_left_alone_and_can_be_printed(void) {
  static char form[] = "%m"; /* glibc's, not C's */
  track_log_configure("%(asctime)s %(message)s", TRACK_DEBUG, ends[1]);
  errno = ENOENT;
  track_log(TRACK_ERROR, form, 0);
  CU_ASSERT_EQUAL(errno, ENOENT);
  CU_ASSERT_PTR_NOT_NULL(strstr(logged(), " No such file or directory\n"));
  track_log_configure("%(message)s", TRACK_DEBUG, -1);
  errno = ENOENT;
  track_log(TRACK_ERROR, "nowhere");
  CU_ASSERT_EQUAL(errno, ENOENT);
}

int main(void) {
  static const struct test tests[] = {
      TEST(a_line_has_level_thread_and_message),
      TEST(threads_have_their_names_padded),
      TEST(widths_pad_to_either_side),
      TEST(all_levels_have_their_names),
      TEST(lines_below_the_least_level_are_left_out),
      TEST(numbers_and_times_have_their_forms),
      TEST(percent_signs_and_odd_texts_are_kept),
      TEST(wrong_formats_answer_EINVAL_and_change_nothing),
      TEST(long_lines_are_whole),
      TEST(lines_of_many_threads_are_never_mixed),
      TEST(a_pthread_logs_by_its_stand_ins_name),
      TEST(errno_is_left_alone_and_can_be_printed),
  };
  open_pipe();
  return SUITE("log", tests);
}
