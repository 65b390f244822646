/* idle.c - programs that wait for longer than it takes to see a hang, and go on then. One a word; each ends with status 0. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONG_MS = 1300 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static sem_t done;
static bool is_over;

static void pass_time(void) {
  struct timespec rest = {LONG_MS / 1000, LONG_MS % 1000 * 1000000L};
  while (nanosleep(&rest, &rest) && errno == EINTR)
    ;
}

static struct timespec in_a_while(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += LONG_MS / 1000;
  return time;
}

/* A process of its own that waits, then does something, and is waited for at the end. */
static pid_t later(void (*act)(void *), void *argument) {
  pid_t pid = fork();
  if (pid)
    return pid;
  pass_time();
  act(argument);
  _exit(0);
}

static void reap(pid_t pid) {
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
    ;
}

static void *wait_for_work(void *unused) {
  pthread_mutex_lock(&lock);
  while (!is_over)
    pthread_cond_wait(&work, &lock);
  pthread_mutex_unlock(&lock);
  return unused;
}

enum { POOL = 3 };
static pthread_t pool[POOL];

static void pool_start(void) {
  for (int i = 0; i < POOL; i++)
    pthread_create(&pool[i], NULL, wait_for_work, NULL);
}

static void pool_stop(void) {
  pthread_mutex_lock(&lock);
  is_over = true;
  pthread_cond_broadcast(&work);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < POOL; i++)
    pthread_join(pool[i], NULL);
}

static void write_byte(void *fd) {
  ssize_t n = write(*(int *)fd, "x", 1);
  (void)n;
}

static void connect_to(void *address) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  connect(fd, address, sizeof(sa_family_t) + 16);
}

/* A server idle in accept, with a pool. */
static void idle_accept(void) {
  struct sockaddr address = {.sa_family = AF_UNIX};
  snprintf(address.sa_data + 1, sizeof address.sa_data - 1, "idle-%d", (int)getpid());
  struct {
    struct sockaddr address;
    char room[16];
  } room = {.address = address};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(fd, &room.address, sizeof(sa_family_t) + 16);
  listen(fd, 1);
  pid_t client = later(connect_to, &room);
  pool_start();
  close(accept(fd, NULL, NULL));
  pool_stop();
  reap(client);
}

static void idle_poll(void) {
  pool_start();
  poll(NULL, 0, LONG_MS);
  pool_stop();
}

static void idle_sleep(void) {
  pool_start();
  pass_time();
  pool_stop();
}

static void idle_read(void) {
  int ends[2];
  char byte;
  if (pipe(ends))
    exit(1);
  pid_t writer = later(write_byte, &ends[1]);
  pool_start();
  if (read(ends[0], &byte, 1) != 1)
    exit(1);
  pool_stop();
  reap(writer);
}

static void signal_parent(void *number) {
  kill(getppid(), *(int *)number);
}

static void idle_sigwait(void) {
  int number = SIGUSR1, got;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  pid_t sender = later(signal_parent, &number);
  pool_start();
  sigwait(&set, &got);
  pool_stop();
  reap(sender);
}

static void post_done(int number) {
  (void)number;
  sem_post(&done);
}

static void await_done(void) {
  while (sem_wait(&done) && errno == EINTR)
    ;
}

static void handle(int number) {
  struct sigaction action = {.sa_handler = post_done};
  sigaction(number, &action, NULL);
}

static void idle_handler(void) {
  int number = SIGUSR1;
  handle(number);
  pid_t sender = later(signal_parent, &number);
  await_done();
  reap(sender);
}

static void idle_child_handler(void) {
  handle(SIGCHLD);
  pid_t child = later(write_byte, &(int){1});
  await_done();
  reap(child);
}

static void idle_alarm(void) {
  struct itimerval once = {.it_value = {LONG_MS / 1000, LONG_MS % 1000 * 1000}};
  handle(SIGALRM);
  setitimer(ITIMER_REAL, &once, NULL);
  await_done();
}

static void timer_start(struct sigevent *event) {
  timer_t timer;
  struct itimerspec once = {.it_value = {LONG_MS / 1000, LONG_MS % 1000 * 1000000L}};
  if (timer_create(CLOCK_MONOTONIC, event, &timer) || timer_settime(timer, 0, &once, NULL))
    exit(1);
}

static void idle_timer_signal(void) {
  handle(SIGRTMIN);
  timer_start(&(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN});
  await_done();
}

static void post_from_thread(union sigval value) {
  (void)value;
  sem_post(&done);
}

static void idle_timer_thread(void) {
  timer_start(&(struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = post_from_thread});
  await_done();
}

static void *sleep_and_post(void *unused) {
  pass_time();
  sem_post(&done);
  return unused;
}

static void idle_sleeper(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, sleep_and_post, NULL);
  await_done();
  pthread_join(thread, NULL);
}

static void idle_timed(void) {
  struct timespec until = in_a_while(CLOCK_REALTIME);
  pool_start();
  while (sem_timedwait(&done, &until) && errno == EINTR)
    ;
  pool_stop();
}

static void idle_timed_lock(void) {
  struct timespec until = in_a_while(CLOCK_REALTIME);
  pthread_mutex_lock(&lock);
  pool_start();
  pthread_cond_timedwait(&work, &lock, &until);
  pthread_mutex_unlock(&lock);
  pool_stop();
}

static void post_shared(void *semaphore) {
  sem_post(semaphore);
}

static void await_shared(sem_t *semaphore) {
  pid_t poster = later(post_shared, semaphore);
  while (sem_wait(semaphore) && errno == EINTR)
    ;
  reap(poster);
}

static void idle_shared(void) {
  sem_t *semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  sem_init(semaphore, 1, 0);
  await_shared(semaphore);
}

static void idle_named(void) {
  char name[32];
  snprintf(name, sizeof name, "/idle-%d", (int)getpid());
  sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
  await_shared(semaphore);
  sem_unlink(name);
}

struct shared {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_set;
};

static void set_shared(void *argument) {
  struct shared *shared = argument;
  pthread_mutex_lock(&shared->lock);
  shared->is_set = true;
  pthread_cond_signal(&shared->changed);
  pthread_mutex_unlock(&shared->lock);
}

static struct shared *shared_new(void) {
  struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t mutex;
  pthread_condattr_t condition;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->lock, &mutex);
  pthread_condattr_init(&condition);
  pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&shared->changed, &condition);
  return shared;
}

static void idle_shared_condition(void) {
  struct shared *shared = shared_new();
  pid_t setter = later(set_shared, shared);
  pthread_mutex_lock(&shared->lock);
  while (!shared->is_set)
    pthread_cond_wait(&shared->changed, &shared->lock);
  pthread_mutex_unlock(&shared->lock);
  reap(setter);
}

/* The child gets it locked, and its parent gives it back. */
static void lock_shared(void *argument) {
  struct shared *shared = argument;
  pthread_mutex_lock(&shared->lock);
  pthread_mutex_unlock(&shared->lock);
}

static void idle_shared_lock(void) {
  struct shared *shared = shared_new();
  pthread_mutex_lock(&shared->lock);
  pid_t child = fork();
  if (!child) {
    lock_shared(shared);
    _exit(0);
  }
  pass_time();
  pthread_mutex_unlock(&shared->lock);
  reap(child);
}

static void idle_compute(void) {
  struct timespec end = in_a_while(CLOCK_MONOTONIC), now;
  pthread_t thread;
  pthread_create(&thread, NULL, wait_for_work, NULL);
  pthread_detach(thread);
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec < end.tv_sec || now.tv_nsec < end.tv_nsec);
}

static void *hold_for_long(void *unused) {
  pthread_mutex_lock(&lock);
  sem_post(&done);
  pass_time();
  pthread_mutex_unlock(&lock);
  return unused;
}

/* Many wait for a lock whose holder sleeps; main joins. */
static void idle_convoy(void) {
  pthread_t holder;
  pthread_create(&holder, NULL, hold_for_long, NULL);
  await_done();
  is_over = true;
  pool_start();
  for (int i = 0; i < POOL; i++)
    pthread_join(pool[i], NULL);
  pthread_join(holder, NULL);
}

static void *hold_rwlock(void *rwlock) {
  pthread_rwlock_rdlock(rwlock);
  sem_post(&done);
  pass_time();
  pthread_rwlock_unlock(rwlock);
  return NULL;
}

static void *write_rwlock(void *rwlock) {
  pthread_rwlock_wrlock(rwlock);
  pthread_rwlock_unlock(rwlock);
  return NULL;
}

/* A writer and then main wait for a reader that sleeps. */
static void idle_readers(void) {
  pthread_rwlock_t rwlock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
  pthread_t reader, writer;
  pthread_create(&reader, NULL, hold_rwlock, &rwlock);
  await_done();
  pthread_create(&writer, NULL, write_rwlock, &rwlock);
  pthread_rwlock_wrlock(&rwlock);
  pthread_rwlock_unlock(&rwlock);
  pthread_join(writer, NULL);
  pthread_join(reader, NULL);
}

static void idle_child(void) {
  pool_start();
  reap(later(write_byte, &(int){1}));
  pool_stop();
}

/* A wait that no call of libc's makes known. */
static uint32_t word;
static void *wait_raw(void *unused) {
  struct timespec rest = {LONG_MS / 1000, 0};
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &rest, NULL, 0);
  sem_post(&done);
  return unused;
}

static void idle_raw_futex(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, wait_raw, NULL);
  await_done();
  pthread_join(thread, NULL);
}

static void *lock_file(void *path) {
  int fd = open(path, O_RDWR);
  flock(fd, LOCK_EX);
  close(fd);
  sem_post(&done);
  return NULL;
}

static void idle_file_lock(void) {
  char path[] = "idle-XXXXXX";
  int fd = mkstemp(path);
  pthread_t thread;
  flock(fd, LOCK_EX);
  pid_t child = fork();
  if (!child) {
    pass_time();
    _exit(0); /* with its descriptor the lock goes */
  }
  close(fd);
  pthread_create(&thread, NULL, lock_file, path);
  await_done();
  pthread_join(thread, NULL);
  unlink(path);
  reap(child);
}

static void unlock_file(void *fd) {
  flock(*(int *)fd, LOCK_UN);
}

/* The process waits for its own lock: but a child has the descriptor, too, and may unlock it. */
static void idle_file_lock_inherited(void) {
  char path[] = "idle-XXXXXX";
  int fd = mkstemp(path), other = open(path, O_RDWR);
  unlink(path);
  flock(fd, LOCK_EX);
  pid_t child = later(unlock_file, &fd);
  flock(other, LOCK_EX);
  reap(child);
}

static struct flock whole_file(void) {
  return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

static void *lock_by_fcntl(void *fd) {
  struct flock whole = whole_file();
  fcntl(*(int *)fd, F_SETLKW, &whole);
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
  sem_post(&done);
  return NULL;
}

/* A lock of another process, by fcntl(): with a mutex, which would be a circle if it were of this one. */
static void idle_file_lock_elsewhere(void) {
  char path[] = "idle-XXXXXX";
  int fd = mkstemp(path), ends[2];
  char byte;
  struct flock whole = whole_file();
  pthread_t thread;
  unlink(path);
  if (pipe(ends))
    exit(1);
  pid_t child = fork();
  if (!child) {
    fcntl(fd, F_SETLK, &whole);
    write_byte(&ends[1]);
    pass_time();
    _exit(0);
  }
  if (read(ends[0], &byte, 1) != 1)
    exit(1);
  pthread_create(&thread, NULL, lock_by_fcntl, &fd);
  await_done();
  pthread_join(thread, NULL);
  reap(child);
}

static void *lock_part(void *fd) {
  struct flock part = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 7, .l_len = 1};
  fcntl(*(int *)fd, F_OFD_SETLKW, &part);
  sem_post(&done);
  return NULL;
}

/* Parts of a file: a child has the descriptor that is in the way. */
static void unlock_part(void *fd) {
  struct flock none = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  fcntl(*(int *)fd, F_OFD_SETLK, &none);
}

static void idle_file_lock_of_part(void) {
  char path[] = "idle-XXXXXX";
  int fd = mkstemp(path), other = open(path, O_RDWR);
  struct flock part = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  pthread_t thread;
  unlink(path);
  fcntl(fd, F_OFD_SETLKW, &part);
  pid_t child = later(unlock_part, &fd);
  pthread_create(&thread, NULL, lock_part, &other);
  await_done();
  pthread_join(thread, NULL);
  reap(child);
}

static void *close_late(void *fd) {
  pass_time();
  close(*(int *)fd);
  return NULL;
}

/* With its descriptor the lock goes. */
static void idle_file_lock_closed(void) {
  char path[] = "idle-XXXXXX";
  int fd = mkstemp(path), other = open(path, O_RDWR);
  pthread_t thread;
  unlink(path);
  flock(fd, LOCK_EX);
  if (!flock(other, LOCK_EX | LOCK_NB))
    exit(1);
  pthread_create(&thread, NULL, close_late, &fd);
  flock(other, LOCK_EX);
  pthread_join(thread, NULL);
}

/* The process ends in order while others wait. */
static void idle_exit(void) {
  pool_start();
  for (int i = 0; i < POOL; i++)
    pthread_detach(pool[i]);
  pass_time();
  exit(0);
}

static void *sleep_and_exit(void *unused) {
  pass_time();
  exit(0);
  return unused;
}

/* The first thread has ended, the others wait, one sleeps. */
static void idle_main_gone(void) {
  pthread_t thread;
  pool_start();
  for (int i = 0; i < POOL; i++)
    pthread_detach(pool[i]);
  pthread_create(&thread, NULL, sleep_and_exit, NULL);
  pthread_detach(thread);
  pthread_exit(NULL);
}

static const struct {
  const char *name;
  void (*run)(void);
} programs[] = {
    {"accept", idle_accept},
    {"poll", idle_poll},
    {"sleep", idle_sleep},
    {"read", idle_read},
    {"sigwait", idle_sigwait},
    {"handler", idle_handler},
    {"child_handler", idle_child_handler},
    {"alarm", idle_alarm},
    {"timer_signal", idle_timer_signal},
    {"timer_thread", idle_timer_thread},
    {"sleeper", idle_sleeper},
    {"timed", idle_timed},
    {"timed_lock", idle_timed_lock},
    {"shared", idle_shared},
    {"named", idle_named},
    {"shared_condition", idle_shared_condition},
    {"shared_lock", idle_shared_lock},
    {"compute", idle_compute},
    {"convoy", idle_convoy},
    {"readers", idle_readers},
    {"child", idle_child},
    {"raw_futex", idle_raw_futex},
    {"file_lock", idle_file_lock},
    {"file_lock_inherited", idle_file_lock_inherited},
    {"file_lock_elsewhere", idle_file_lock_elsewhere},
    {"file_lock_of_part", idle_file_lock_of_part},
    {"file_lock_closed", idle_file_lock_closed},
    {"exit", idle_exit},
    {"main_gone", idle_main_gone},
};

int main(int argc, char **argv) {
  sem_init(&done, 0, 0);
  for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof *programs; i++)
    if (!strcmp(argv[1], programs[i].name)) {
      programs[i].run();
      return 0;
    }
  return 2;
}
