/* c11.c - threads.h of C11, which has mutexes, conditions, threads and thread-specific storage. */
#include "primitives.h"

#include <stdint.h>
#include <threads.h>

static volatile unsigned long counter;

static void lock_loop(mtx_t *lock, unsigned long operations) {
  for (unsigned long i = 0; i < operations; i++) {
    mtx_lock(lock);
    counter++;
    mtx_unlock(lock);
  }
}

static double run_lock(unsigned long operations) {
  mtx_t lock;
  mtx_init(&lock, mtx_plain);
  double begin = now_ns();
  lock_loop(&lock, operations);
  double end = now_ns();
  mtx_destroy(&lock);
  return end - begin;
}

static void contended_body(const struct worker *worker) {
  lock_loop(worker->argument, worker->operations);
}

static double run_lock_contended(unsigned long operations) {
  mtx_t lock;
  mtx_init(&lock, mtx_plain);
  counter = 0;
  double ns = run_threads(2, operations / 2, contended_body, &lock);
  expect(counter == operations / 2 * 2, "a count under a lock");
  mtx_destroy(&lock);
  return ns;
}

static double run_rlock(unsigned long operations) {
  mtx_t lock;
  mtx_init(&lock, mtx_plain | mtx_recursive);
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    mtx_lock(&lock);
    mtx_lock(&lock);
    counter++;
    mtx_unlock(&lock);
    mtx_unlock(&lock);
  }
  double end = now_ns();
  mtx_destroy(&lock);
  return end - begin;
}

struct table {
  mtx_t lock;
  cnd_t turned;
  unsigned turn;
};

static void condition_body(const struct worker *worker) {
  struct table *table = worker->argument;
  mtx_lock(&table->lock);
  for (unsigned long i = 0; i < worker->operations; i++) {
    while (table->turn != worker->number)
      cnd_wait(&table->turned, &table->lock);
    table->turn = 1 - worker->number;
    cnd_signal(&table->turned);
  }
  mtx_unlock(&table->lock);
}

static double run_condition(unsigned long operations) {
  struct table table = {.turn = 0};
  mtx_init(&table.lock, mtx_plain);
  cnd_init(&table.turned);
  double ns = run_threads(2, operations, condition_body, &table);
  cnd_destroy(&table.turned);
  mtx_destroy(&table.lock);
  return ns;
}

static int count_thread(void *argument) {
  (void)argument;
  counter++;
  return 0;
}

static double run_thread(unsigned long operations) {
  counter = 0;
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++) {
    thrd_t thread;
    expect(thrd_create(&thread, count_thread, NULL) == thrd_success, "thrd_create");
    expect(thrd_join(thread, NULL) == thrd_success, "thrd_join");
  }
  double end = now_ns();
  expect(counter == operations, "the number of threads that ran");
  return end - begin;
}

static double run_local(unsigned long operations) {
  tss_t key;
  uintptr_t sum = 0;
  expect(tss_create(&key, NULL) == thrd_success, "tss_create");
  expect(tss_set(key, item_of(0)) == thrd_success, "tss_set");
  double begin = now_ns();
  for (unsigned long i = 0; i < operations; i++)
    sum += (uintptr_t)tss_get(key);
  double end = now_ns();
  expect(sum == operations, "a thread's own value");
  tss_delete(key);
  return end - begin;
}

case_run *const interface_runs[N_CASES] = {
    [CASE_LOCK] = run_lock,   [CASE_LOCK_ALONE] = run_lock,     [CASE_LOCK_CONTENDED] = run_lock_contended,
    [CASE_RLOCK] = run_rlock, [CASE_CONDITION] = run_condition, [CASE_THREAD] = run_thread,
    [CASE_LOCAL] = run_local,
};
