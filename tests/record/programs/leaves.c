/* Ways out of a wait and of a thread: cancellation inside each wait, pthread_exit, longjmp out of a critical section, key
 * destructors that lock. */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t ready;
static sem_t semaphore;
static pthread_key_t key;

static void unlock(void *m) { pthread_mutex_unlock(m); }

static void *wait_condition(void *argument) {
  pthread_mutex_lock(&lock);
  pthread_cleanup_push(unlock, &lock);
  pthread_barrier_wait(&ready);
  for (;;)
    pthread_cond_wait(&condition, &lock);
  pthread_cleanup_pop(1);
  return argument;
}

static void *wait_semaphore(void *argument) {
  pthread_barrier_wait(&ready);
  sem_wait(&semaphore);
  return argument;
}

static void *wait_join(void *argument) {
  pthread_barrier_wait(&ready);
  pthread_join(*(pthread_t *)argument, NULL);
  return NULL;
}

static void *leave(void *argument) {
  pthread_barrier_wait(&ready);
  pthread_setspecific(key, &lock);
  pthread_exit(argument);
}

static void destructor(void *m) {
  pthread_mutex_lock(m);
  pthread_mutex_unlock(m);
}

static const char *end_of(void *(*run)(void *), void *argument, int is_cancelled) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, run, argument);
  pthread_barrier_wait(&ready);
  if (is_cancelled)
    pthread_cancel(thread);
  pthread_join(thread, &result);
  return result == PTHREAD_CANCELED ? "cancelled" : result == argument ? "returned" : "?";
}

int main(void) {
  static jmp_buf back;
  pthread_t self = pthread_self();
  pthread_key_create(&key, destructor);
  pthread_barrier_init(&ready, NULL, 2);
  sem_init(&semaphore, 0, 0);
  printf("condition %s\n", end_of(wait_condition, NULL, 1));
  printf("semaphore %s\n", end_of(wait_semaphore, NULL, 1));
  printf("join %s\n", end_of(wait_join, &self, 1));
  printf("exit %s\n", end_of(leave, &key, 0));
  if (!setjmp(back)) {
    pthread_mutex_lock(&lock);
    longjmp(back, 1);
  }
  printf("still held: %d\n", pthread_mutex_trylock(&lock) != 0);
  pthread_mutex_unlock(&lock);
  return 0;
}
