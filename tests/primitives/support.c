/* support.c - see support.h. */
#include "support.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *executable;

static int run_child(const struct child_program *children, const char *name) {
  for (const struct child_program *c = children; c && c->name; c++)
    if (!strcmp(c->name, name))
      return c->run();
  return 99;
}

int run_suite(const char *name, const struct test *tests, size_t n_tests, const struct child_program *children, int argc, char **argv) {
  executable = argc ? argv[0] : NULL;
  if (argc == 3 && !strcmp(argv[1], "child"))
    return run_child(children, argv[2]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (CU_initialize_registry() != CUE_SUCCESS)
    return 1;
  CU_pSuite suite = CU_add_suite(name, NULL, NULL);
  for (size_t i = 0; i < n_tests; i++)
    CU_add_test(suite, tests[i].name, tests[i].run);
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  int n_failures = (int)CU_get_number_of_failures();
  CU_cleanup_registry();
  return n_failures > 0;
}

int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void poll_again(int64_t since_ns) {
  static const struct timespec pause = {0, 100000};
  if (now_ns() - since_ns > TRACK_S(60)) {
    fprintf(stderr, "what the test waits for does not come\n");
    abort();
  }
  nanosleep(&pause, NULL);
}

static void *actor_main(void *arg) {
  struct actor *a = arg;
  atomic_store(&a->tid, (int)syscall(SYS_gettid));
  a->answer = a->act(a->arg);
  return NULL;
}

void actor_start(struct actor *a, int (*act)(void *arg), void *arg) {
  a->act = act;
  a->arg = arg;
  a->answer = -1;
  atomic_store(&a->tid, 0);
  track_thread_init(&a->thread, actor_main, a, NULL);
  track_thread_set_daemon(&a->thread, false);
  CU_ASSERT_EQUAL_FATAL(track_thread_start(&a->thread), 0);
}

int actor_join(struct actor *a) {
  CU_ASSERT_EQUAL(track_thread_join_timeout(&a->thread, LATE, NULL), 0);
  return a->answer;
}

/* "202 0x7f.. ..." while it is in system call 202, "running" while it is in none. */
bool is_asleep_on(int tid, const void *object, size_t bytes) {
  char path[64], text[64] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/syscall", tid);
  int fd = open(path, O_RDONLY);
  if (fd < 0)
    return false;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  long call = -1;
  unsigned long long word = 0;
  if (n <= 0 || sscanf(text, "%ld %llx", &call, &word) != 2)
    return false;
  return call == SYS_futex && word >= (uintptr_t)object && word < (uintptr_t)object + bytes;
}

void await_asleep(const struct actor *a, const void *object, size_t bytes) {
  AWAIT(is_asleep_on(atomic_load(&a->tid), object, bytes));
}

void *page_new(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED)
    abort();
  return page;
}
void page_free(void *page) {
  munmap(page, 4096);
}

static int status_of(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int in_child(int (*body)(void)) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    alarm(20);
    exit(body());
  }
  return pid < 0 ? -1 : status_of(pid);
}

int run_program(const char *name, char *ret_output, size_t capacity) {
  int ends[2];
  fflush(NULL);
  if (pipe2(ends, O_CLOEXEC))
    return -1;
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], 1);
    alarm(20);
    execl(executable, executable, "child", name, (char *)NULL);
    _exit(98);
  }
  close(ends[1]);
  size_t n = 0;
  for (ssize_t more; n + 1 < capacity && (more = read(ends[0], ret_output + n, capacity - 1 - n)) > 0;)
    n += (size_t)more;
  ret_output[n] = 0;
  close(ends[0]);
  return pid < 0 ? -1 : status_of(pid);
}
