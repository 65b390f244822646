/* hang.c - programs that hang, one a word. Threads meet at `both` before they ask for what they never get. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { RING = 6 };

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, ring[RING];
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t both;
static sem_t full, empty;
static pthread_t threads[RING];

static void start(int n, void *(*const routines[])(void *)) {
  pthread_barrier_init(&both, NULL, (unsigned)n);
  for (int i = 0; i < n; i++)
    pthread_create(&threads[i], NULL, routines[i], NULL);
}

static void join(int n) {
  for (int i = 0; i < n; i++)
    pthread_join(threads[i], NULL);
}

static void start_and_join(int n, void *(*const routines[])(void *)) {
  start(n, routines);
  join(n);
}

static void *take_a_then_b(void *unused) {
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&b);
  return unused;
}

static void *take_b_then_a(void *unused) {
  pthread_mutex_lock(&b);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&a);
  return unused;
}

static void *(*const opposite[])(void *) = {take_a_then_b, take_b_then_a};

static void hang_abba(void) {
  start_and_join(2, opposite);
}

static void *take_two_of_ring(void *number) {
  int left = (int)(size_t)number;
  pthread_mutex_lock(&ring[left]);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&ring[(left + 1) % RING]);
  return NULL;
}

/* Longer than the circles that are searched for. */
static void hang_ring(void) {
  pthread_barrier_init(&both, NULL, RING);
  for (int i = 0; i < RING; i++)
    pthread_create(&threads[i], NULL, take_two_of_ring, (void *)(size_t)i);
  join(RING);
}

static void hang_self(void) {
  pthread_mutex_lock(&a);
  pthread_mutex_lock(&a);
}

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER, index_ = PTHREAD_RWLOCK_INITIALIZER;

static void *read_table_write_index(void *unused) {
  pthread_rwlock_rdlock(&table);
  pthread_barrier_wait(&both);
  pthread_rwlock_wrlock(&index_);
  return unused;
}

static void *read_index_write_table(void *unused) {
  pthread_rwlock_rdlock(&index_);
  pthread_barrier_wait(&both);
  pthread_rwlock_wrlock(&table);
  return unused;
}

static void hang_rwlocks(void) {
  start_and_join(2, (void *(*const[])(void *)){read_table_write_index, read_index_write_table});
}

static pthread_spinlock_t near, far;

static void *spin_near_then_far(void *unused) {
  pthread_spin_lock(&near);
  pthread_barrier_wait(&both);
  pthread_spin_lock(&far);
  return unused;
}

static void *spin_far_then_near(void *unused) {
  pthread_spin_lock(&far);
  pthread_barrier_wait(&both);
  pthread_spin_lock(&near);
  return unused;
}

static void hang_spin(void) {
  pthread_spin_init(&near, 0);
  pthread_spin_init(&far, 0);
  start_and_join(2, (void *(*const[])(void *)){spin_near_then_far, spin_far_then_near});
}

static pthread_once_t first = PTHREAD_ONCE_INIT, second = PTHREAD_ONCE_INIT;
static void nothing(void) {}

static void make_first(void) {
  pthread_barrier_wait(&both);
  pthread_once(&second, nothing);
}

static void make_second(void) {
  pthread_barrier_wait(&both);
  pthread_once(&first, nothing);
}

static void *use_first(void *unused) {
  pthread_once(&first, make_first);
  return unused;
}

static void *use_second(void *unused) {
  pthread_once(&second, make_second);
  return unused;
}

static void hang_once(void) {
  start_and_join(2, (void *(*const[])(void *)){use_first, use_second});
}

static mtx_t c11_a, c11_b;

static void *c11_a_then_b(void *unused) {
  mtx_lock(&c11_a);
  pthread_barrier_wait(&both);
  mtx_lock(&c11_b);
  return unused;
}

static void *c11_b_then_a(void *unused) {
  mtx_lock(&c11_b);
  pthread_barrier_wait(&both);
  mtx_lock(&c11_a);
  return unused;
}

static void hang_c11(void) {
  mtx_init(&c11_a, mtx_plain);
  mtx_init(&c11_b, mtx_plain);
  start_and_join(2, (void *(*const[])(void *)){c11_a_then_b, c11_b_then_a});
}

static void *join_next(void *number) {
  pthread_barrier_wait(&both);
  pthread_join(threads[((int)(size_t)number + 1) % 3], NULL);
  return NULL;
}

/* Of two that join each other glibc refuses one; not of three. */
static void hang_joins(void) {
  pthread_barrier_init(&both, NULL, 4);
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, join_next, (void *)(size_t)i);
  pthread_barrier_wait(&both);
  pthread_exit(NULL);
}

/* And main goes on. */
static void hang_joins_beside(void) {
  pthread_barrier_init(&both, NULL, 4);
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, join_next, (void *)(size_t)i);
  pthread_barrier_wait(&both);
  poll(NULL, 0, -1);
}

static void hang_main_gone(void) {
  start(2, opposite);
  pthread_detach(threads[0]);
  pthread_detach(threads[1]);
  pthread_exit(NULL);
}

static void *wait_for_work(void *unused) {
  sem_wait(&full);
  return unused;
}

/* A worker that waits for work is no part of the circle. */
static void hang_beside_idle(void) {
  pthread_t worker;
  pthread_create(&worker, NULL, wait_for_work, NULL);
  start_and_join(2, opposite);
}

/* Two hang; main goes on, and ends the process in order. */
static void pass_time(void) {
  struct timespec rest = {2, 0};
  while (nanosleep(&rest, &rest))
    ;
}

static void hang_partly(void) {
  start(2, opposite);
  pass_time();
  printf("main went on\n");
  exit(0);
}

/* The same, but then main joins. */
static void hang_partly_then_join(void) {
  start(2, opposite);
  pass_time();
  printf("main went on\n");
  fflush(stdout);
  join(2);
}

static void *consume(void *unused) {
  sem_wait(&full);
  sem_post(&empty);
  return unused;
}

static void *produce(void *unused) {
  sem_wait(&empty);
  sem_post(&full);
  return unused;
}

static void hang_semaphores(void) {
  start_and_join(2, (void *(*const[])(void *)){consume, produce});
}

static void hang_semaphore_alone(void) {
  sem_post(&full);
  sem_wait(&full);
  sem_wait(&full);
}

static void *wait_for_change(void *unused) {
  pthread_mutex_lock(&a);
  pthread_cond_wait(&changed, &a);
  return unused;
}

static void hang_lost_wakeup(void) {
  pthread_mutex_lock(&a);
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&a);
  start_and_join(1, (void *(*const[])(void *)){wait_for_change});
}

static void hang_never_signalled(void) {
  start_and_join(2, (void *(*const[])(void *)){wait_for_change, wait_for_change});
}

static void *hold_b_and_wait(void *unused) {
  pthread_mutex_lock(&b);
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  pthread_cond_wait(&changed, &a);
  return unused;
}

static void *take_b_and_signal(void *unused) {
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&b);
  pthread_cond_signal(&changed);
  return unused;
}

static void hang_lock_into_wait(void) {
  start_and_join(2, (void *(*const[])(void *)){hold_b_and_wait, take_b_and_signal});
}

static void *take_a_then_signal_and_take_b(void *unused) {
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&a);
  pthread_cond_signal(&changed);
  pthread_mutex_lock(&b);
  return unused;
}

/* The waiter holds b; it was signalled, but its mutex is held by whoever asks for b. */
static void hang_taking_back(void) {
  start_and_join(2, (void *(*const[])(void *)){hold_b_and_wait, take_a_then_signal_and_take_b});
}

static void *end_holding(void *unused) {
  pthread_mutex_lock(&a);
  return unused;
}

static void hang_holder_ended(void) {
  start_and_join(1, (void *(*const[])(void *)){end_holding});
  pthread_mutex_lock(&a);
}

static void *hold_until_forked(void *unused) {
  pthread_mutex_lock(&a);
  sem_post(&full);
  sem_wait(&empty);
  pthread_mutex_unlock(&a);
  return unused;
}

static void hang_child(void) {
  int status = 0;
  start(1, (void *(*const[])(void *)){hold_until_forked});
  sem_wait(&full);
  pid_t pid = fork();
  if (!pid) {
    pthread_mutex_lock(&a);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  sem_post(&empty);
  join(1);
  printf("child ended by signal %d\n", WTERMSIG(status));
}

struct shared {
  pthread_mutex_t left, right;
  pthread_barrier_t both;
};

static struct shared *shared_new(void) {
  struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t mutex;
  pthread_barrierattr_t barrier;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->left, &mutex);
  pthread_mutex_init(&shared->right, &mutex);
  pthread_barrierattr_init(&barrier);
  pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&shared->both, &barrier, 2);
  return shared;
}

static void take_shared(struct shared *shared, pthread_mutex_t *one, pthread_mutex_t *other) {
  pthread_mutex_lock(one);
  pthread_barrier_wait(&shared->both);
  pthread_mutex_lock(other);
}

/* Two children, opposite order; their parent waits for them. */
static void hang_processes(void) {
  struct shared *shared = shared_new();
  for (int i = 0; i < 2; i++)
    if (!fork()) {
      take_shared(shared, i ? &shared->right : &shared->left, i ? &shared->left : &shared->right);
      _exit(0);
    }
  while (wait(NULL) > 0)
    ;
}

/* Each opens it: what one locks, another one does not have. The kernel forgets the file when all are gone. */
static char file_path[] = "hang-XXXXXX";

static void file_make(void) {
  int fd = mkstemp(file_path);
  close(fd);
}

static int file_open(void) {
  return open(file_path, O_RDWR | O_CLOEXEC);
}

static void lock_by_flock(void) {
  flock(file_open(), LOCK_EX);
}

static void lock_by_fcntl(void) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  fcntl(file_open(), F_OFD_SETLKW, &whole);
}

static void (*lock_file)(void);

static void *take_file_then_a(void *unused) {
  lock_file();
  unlink(file_path);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&a);
  return unused;
}

static void *take_a_then_open_file(void *fd) {
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  flock(*(int *)fd, LOCK_EX);
  return NULL;
}

static void hang_file(void) {
  file_make();
  int fd = file_open();
  lock_file = lock_by_flock;
  pthread_barrier_init(&both, NULL, 2);
  pthread_create(&threads[0], NULL, take_a_then_open_file, &fd);
  pthread_create(&threads[1], NULL, take_file_then_a, NULL);
  join(2);
}

static void *take_a_then_open_file_by_fcntl(void *fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  fcntl(*(int *)fd, F_OFD_SETLKW, &whole);
  return NULL;
}

static void hang_file_by_fcntl(void) {
  file_make();
  int fd = file_open();
  lock_file = lock_by_fcntl;
  pthread_barrier_init(&both, NULL, 2);
  pthread_create(&threads[0], NULL, take_a_then_open_file_by_fcntl, &fd);
  pthread_create(&threads[1], NULL, take_file_then_a, NULL);
  join(2);
}

/* One thread, two descriptors; and a reader in the way of a writer. */
static void hang_file_again(void) {
  file_make();
  int one = file_open(), other = file_open();
  unlink(file_path);
  flock(one, LOCK_SH);
  flock(other, LOCK_EX);
}

/* No hang: a worker waits for work, and main for what comes. Until it is killed. */
static void hang_not(void) {
  start(1, (void *(*const[])(void *)){wait_for_change});
  poll(NULL, 0, -1);
}

/* No hang: another process has the file, and may give it back. Until it is killed. */
static void hang_not_file(void) {
  int ends[2];
  char byte;
  file_make();
  if (pipe(ends))
    exit(1);
  if (!fork()) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    flock(file_open(), LOCK_EX);
    if (write(ends[1], "x", 1) == 1)
      poll(NULL, 0, -1);
    _exit(0);
  }
  int fd = file_open();
  if (read(ends[0], &byte, 1) != 1)
    exit(1);
  unlink(file_path);
  flock(fd, LOCK_EX);
}

static const struct {
  const char *name;
  void (*run)(void);
} programs[] = {
    {"abba", hang_abba},
    {"ring", hang_ring},
    {"self", hang_self},
    {"rwlocks", hang_rwlocks},
    {"spin", hang_spin},
    {"once", hang_once},
    {"c11", hang_c11},
    {"joins", hang_joins},
    {"joins_beside", hang_joins_beside},
    {"main_gone", hang_main_gone},
    {"beside_idle", hang_beside_idle},
    {"partly", hang_partly},
    {"partly_then_join", hang_partly_then_join},
    {"semaphores", hang_semaphores},
    {"semaphore_alone", hang_semaphore_alone},
    {"lost_wakeup", hang_lost_wakeup},
    {"never_signalled", hang_never_signalled},
    {"lock_into_wait", hang_lock_into_wait},
    {"taking_back", hang_taking_back},
    {"holder_ended", hang_holder_ended},
    {"child", hang_child},
    {"processes", hang_processes},
    {"file", hang_file},
    {"file_by_fcntl", hang_file_by_fcntl},
    {"file_again", hang_file_again},
    {"not", hang_not},
    {"not_file", hang_not_file},
};

int main(int argc, char **argv) {
  for (int i = 0; i < RING; i++)
    pthread_mutex_init(&ring[i], NULL);
  sem_init(&full, 0, 0);
  sem_init(&empty, 0, 0);
  for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof *programs; i++)
    if (!strcmp(argv[1], programs[i].name)) {
      programs[i].run();
      return 0;
    }
  return 2;
}
