/* What few programs do: a clock of their own that stands still, a name that ends with its page, more spin locks held than anybody
 * marks, given back in the order they were taken, threads of a small default stack, huge blocks. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

enum { LOCKS = 150, ROUNDS = 30 };
static pthread_spinlock_t spins[LOCKS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int clock_gettime(clockid_t clock, struct timespec *ret_time) {
  (void)clock;
  *ret_time = (struct timespec){1000000000, 0};
  return 0;
}

static void name_ends_with_page(void) {
  char seen[16] = "";
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  mmap(pages + 4096, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset(pages + 4096 - 16, 'n', 16);
  prctl(PR_SET_NAME, pages + 4096 - 16, 0, 0, 0);
  prctl(PR_GET_NAME, seen, 0, 0, 0);
  printf("named %s\n", seen);
  prctl(PR_SET_NAME, "odd_habits", 0, 0, 0);
}

static void hold_many(void) {
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < LOCKS; i++)
      pthread_spin_lock(&spins[i]);
    for (int i = 0; i < LOCKS; i++)
      pthread_spin_unlock(&spins[i]);
  }
}

static void *work(void *argument) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  }
  return argument;
}

static void small_stacks(void) {
  pthread_attr_t attributes;
  pthread_t thread[4];
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
  pthread_setattr_default_np(&attributes);
  for (int i = 0; i < 4; i++)
    if (pthread_create(&thread[i], NULL, work, NULL))
      abort();
  for (int i = 0; i < 4; i++)
    pthread_join(thread[i], NULL);
}

int main(void) {
  for (int i = 0; i < LOCKS; i++)
    pthread_spin_init(&spins[i], PTHREAD_PROCESS_PRIVATE);
  name_ends_with_page();
  hold_many();
  small_stacks();
  for (size_t bytes = 1 << 20; bytes <= (size_t)1 << 34; bytes <<= 2)
    free(malloc(bytes));
  puts("done");
  return 0;
}
