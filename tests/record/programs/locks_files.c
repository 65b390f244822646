/* Locks of files, and all else that fcntl() does: answers and errno are those of the kernel, with a lock in the way, too. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(call)                                                                                                                         \
  do {                                                                                                                                     \
    errno = 77;                                                                                                                            \
    int answer_ = (call);                                                                                                                  \
    printf("%s = %d, errno %d\n", #call, answer_, errno);                                                                                  \
  } while (0)

static struct flock whole(short type) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

static char path[] = "locks-files-XXXXXX";

static void show_flock(int one, int other) {
  SHOW(flock(one, LOCK_EX));
  SHOW(flock(one, LOCK_EX));
  SHOW(flock(other, LOCK_EX | LOCK_NB));
  SHOW(flock(other, LOCK_SH | LOCK_NB));
  SHOW(flock(one, LOCK_SH));
  SHOW(flock(other, LOCK_SH));
  SHOW(flock(one, LOCK_EX | LOCK_NB));
  SHOW(flock(other, LOCK_UN));
  SHOW(flock(other, LOCK_UN | LOCK_NB));
  SHOW(flock(one, LOCK_UN));
  SHOW(flock(one, 0));
  SHOW(flock(one, LOCK_EX | LOCK_SH));
  SHOW(flock(-1, LOCK_EX));
}

static void show_ranges(int one, int other) {
  struct flock write = whole(F_WRLCK), read = whole(F_RDLCK), none = whole(F_UNLCK), ask = whole(F_WRLCK);
  struct flock part = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5}, odd = {.l_type = 17},
               bad = {.l_type = F_WRLCK, .l_pid = 1};
  SHOW(fcntl(one, F_OFD_SETLKW, &write));
  SHOW(fcntl(other, F_OFD_SETLK, &read));
  SHOW(fcntl(other, F_SETLK, &part));
  SHOW(fcntl(other, F_OFD_GETLK, &ask));
  printf("type %d, from %ld, length %ld, pid %d\n", ask.l_type, (long)ask.l_start, (long)ask.l_len, (int)ask.l_pid);
  SHOW(fcntl(one, F_OFD_SETLK, &none));
  SHOW(fcntl(one, F_OFD_SETLKW, &part));
  SHOW(fcntl(other, F_OFD_SETLK, &write));
  SHOW(fcntl(one, F_OFD_SETLK, &none));
  SHOW(fcntl(one, F_SETLKW, &read));
  SHOW(fcntl(one, F_SETLK, &none));
  SHOW(fcntl(one, F_SETLKW, &odd));
  SHOW(fcntl(one, F_OFD_SETLKW, &bad));
  SHOW(fcntl(-1, F_SETLKW, &write));
}

static void show_bad_addresses(int fd) {
  void *hole = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *none = NULL;
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  SHOW(fcntl(fd, F_SETLKW, none));
  SHOW(fcntl(fd, F_SETLK, hole));
  SHOW(fcntl(fd, F_OFD_SETLKW, (struct flock *)(void *)(pages + 4096 - 8)));
  SHOW(fcntl(fd, F_GETLK, hole));
}

static void show_lockf(int fd) {
  SHOW(lockf(fd, F_LOCK, 0));
  SHOW(lockf(fd, F_TLOCK, 0));
  SHOW(lockf(fd, F_TEST, 0));
  SHOW(lockf(fd, F_ULOCK, 0));
  SHOW(lockf(fd, F_LOCK, 7));
  SHOW(lockf(fd, F_ULOCK, 7));
  SHOW(lockf(fd, 9, 0));
  SHOW(lockf(-1, F_LOCK, 0));
}

static void show_others(int fd) {
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 30);
  printf("copy %d\n", copy >= 30);
  SHOW(fcntl(copy, F_GETFD));
  SHOW(fcntl(copy, F_SETFD, 0));
  SHOW(fcntl(copy, F_GETFD));
  SHOW(fcntl(copy, F_SETFL, O_APPEND));
  SHOW(fcntl(fd, F_GETFL) & (O_APPEND | O_ACCMODE));
  SHOW(fcntl(copy, F_SETOWN, (int)getpid()) || fcntl(copy, F_GETOWN) != (int)getpid());
  SHOW(fcntl(copy, 12345, 1L));
  SHOW(close(copy));
}

static void nothing(int number) {
  (void)number;
}

/* A signal ends the wait. */
static void show_interrupted(int one, int other) {
  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGALRM, &action, NULL);
  flock(one, LOCK_EX);
  alarm(1);
  SHOW(flock(other, LOCK_EX));
  flock(one, LOCK_UN);
}

static int pending_fd;

static void say_cancelled(void *unused) {
  (void)unused;
  puts("cancelled");
}

/* A request by fcntl() is a point of cancellation, with a free lock, too; one by flock() is none. */
static void *be_cancelled(void *unused) {
  struct flock write = whole(F_WRLCK);
  pthread_cleanup_push(say_cancelled, NULL);
  pthread_cancel(pthread_self());
  SHOW(flock(pending_fd, LOCK_EX));
  SHOW(fcntl(pending_fd, F_OFD_SETLK, &write));
  SHOW(fcntl(pending_fd, F_OFD_SETLKW, &write));
  pthread_cleanup_pop(0);
  return unused;
}

static void show_cancelled(int fd) {
  pthread_t thread;
  void *answer;
  pending_fd = fd;
  pthread_create(&thread, NULL, be_cancelled, NULL);
  pthread_join(thread, &answer);
  printf("%d\n", answer == PTHREAD_CANCELED);
}

/* Another process has the lock until it ends. */
static void show_waiting(int fd) {
  int ends[2];
  char byte;
  if (pipe(ends))
    exit(1);
  struct flock wanted = whole(F_WRLCK);
  pid_t child = fork();
  if (!child) {
    fcntl(fd, F_SETLK, &wanted);
    if (write(ends[1], "x", 1) != 1)
      _exit(1);
    usleep(100000);
    _exit(0);
  }
  if (read(ends[0], &byte, 1) != 1)
    exit(1);
  SHOW(fcntl(fd, F_SETLKW, &wanted));
  waitpid(child, NULL, 0);
}

int main(void) {
  int one = mkstemp(path), other = open(path, O_RDWR);
  unlink(path);
  show_flock(one, other);
  show_ranges(one, other);
  show_bad_addresses(one);
  show_lockf(one);
  show_others(one);
  show_interrupted(one, other);
  show_waiting(other);
  show_cancelled(one);
  return 0;
}
