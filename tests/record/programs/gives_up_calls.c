/* Programs that forbid themselves system calls, at the price of their life, and go on locking, starting threads, forking.
 * With an argument: all of them, and the clock. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define IF_CALL(number, verdict) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_##verdict)
#define LOAD_CALL BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, many[1000];

static void *work(void *argument) {
  for (int i = 0; i < 50000; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&many[i % 1000]);
    pthread_mutex_unlock(&many[i % 1000]);
  }
  return argument;
}

static void install(struct sock_filter *filter, unsigned short n) {
  struct sock_fprog program = {n, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
    _exit(77);
}

/* Next to nothing is allowed. */
static void live_on_little(void) {
  struct sock_filter filter[] = {LOAD_CALL, IF_CALL(SYS_write, ALLOW), IF_CALL(SYS_futex, ALLOW), IF_CALL(SYS_exit_group, ALLOW),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == 0) /* how people ask whether there is seccomp */
    _exit(1);
  install(filter, sizeof filter / sizeof *filter);
  work(NULL);
  _exit(7);
}

/* Nothing of files, but threads and children. */
static void live_with_threads(void) {
  struct sock_filter filter[] = {LOAD_CALL,
                                 IF_CALL(SYS_openat, KILL_PROCESS),
                                 IF_CALL(SYS_pwritev, KILL_PROCESS),
                                 IF_CALL(SYS_fallocate, KILL_PROCESS),
                                 IF_CALL(SYS_fstat, KILL_PROCESS),
                                 IF_CALL(SYS_getpid, KILL_PROCESS),
                                 IF_CALL(SYS_gettid, KILL_PROCESS),
                                 IF_CALL(SYS_prlimit64, KILL_PROCESS),
                                 IF_CALL(SYS_clock_gettime, KILL_PROCESS),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  pthread_t thread[4];
  int status = 0;
  install(filter, sizeof filter / sizeof *filter);
  for (int i = 0; i < 4; i++)
    if (pthread_create(&thread[i], NULL, work, NULL))
      _exit(2);
  for (int i = 0; i < 4; i++)
    pthread_join(thread[i], NULL);
  pid_t pid = fork();
  if (!pid) {
    work(NULL);
    _exit(3);
  }
  waitpid(pid, &status, 0);
  exit(WIFEXITED(status) ? 10 + WEXITSTATUS(status) : 1);
}

/* Not even the clock. */
static void live_strictly(void) {
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
    _exit(77);
  work(NULL);
  syscall(SYS_exit, 9);
}

static void try(const char *name, void (*live)(void)) {
  int status = 0;
  fflush(stdout);
  pid_t pid = fork();
  if (!pid)
    live();
  waitpid(pid, &status, 0);
  printf("%s: %d\n", name, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1)
    try("strict", live_strictly);
  else {
    try("little", live_on_little);
    try("threads", live_with_threads);
  }
  return 0;
}
