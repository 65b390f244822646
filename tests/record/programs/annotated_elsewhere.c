/* Home-made locks told by other tools' annotations, A before B and then B before A: __tsan_mutex_* for one pair, AnnotateRWLock* for
 * another. Weak references, as libraries make them: without a runtime the program does without. */
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((weak)) void __tsan_mutex_create(void *lock, unsigned flags);
__attribute__((weak)) void __tsan_mutex_pre_lock(void *lock, unsigned flags);
__attribute__((weak)) void __tsan_mutex_post_lock(void *lock, unsigned flags, int recursion);
__attribute__((weak)) int __tsan_mutex_pre_unlock(void *lock, unsigned flags);
__attribute__((weak)) void __tsan_mutex_post_unlock(void *lock, unsigned flags);
__attribute__((weak)) void AnnotateRWLockCreate(const char *file, int line, const volatile void *lock);
__attribute__((weak)) void AnnotateRWLockAcquired(const char *file, int line, const volatile void *lock, long is_write);
__attribute__((weak)) void AnnotateRWLockReleased(const char *file, int line, const volatile void *lock, long is_write);

static int tsan_lock[2], valgrind_lock[2];
static int turn_pipe[2];

static void tsan_take(int i) {
  if (!__tsan_mutex_pre_lock)
    return;
  __tsan_mutex_pre_lock(&tsan_lock[i], 0);
  __tsan_mutex_post_lock(&tsan_lock[i], 0, 0);
}

static void tsan_give(int i) {
  if (!__tsan_mutex_pre_unlock)
    return;
  __tsan_mutex_pre_unlock(&tsan_lock[i], 0);
  __tsan_mutex_post_unlock(&tsan_lock[i], 0);
}

static void valgrind_take(int i) {
  if (AnnotateRWLockAcquired)
    AnnotateRWLockAcquired(__FILE__, __LINE__, &valgrind_lock[i], 1);
}

static void valgrind_give(int i) {
  if (AnnotateRWLockReleased)
    AnnotateRWLockReleased(__FILE__, __LINE__, &valgrind_lock[i], 1);
}

static void both(int first) {
  tsan_take(first);
  tsan_take(!first);
  tsan_give(!first);
  tsan_give(first);
  valgrind_take(first);
  valgrind_take(!first);
  valgrind_give(!first);
  valgrind_give(first);
}

/* A pipe lets the second go when the first is done: nobody hangs, and nothing that the recorder sees orders them. */
static void *second(void *argument) {
  char byte;
  if (read(turn_pipe[0], &byte, 1) != 1)
    abort();
  both(1);
  return argument;
}

int main(void) {
  pthread_t thread;
  if (__tsan_mutex_create)
    for (int i = 0; i < 2; i++)
      __tsan_mutex_create(&tsan_lock[i], 0);
  if (AnnotateRWLockCreate)
    for (int i = 0; i < 2; i++)
      AnnotateRWLockCreate(__FILE__, __LINE__, &valgrind_lock[i]);
  if (pipe(turn_pipe))
    abort();
  pthread_create(&thread, NULL, second, NULL);
  both(0);
  if (write(turn_pipe[1], "", 1) != 1)
    abort();
  pthread_join(thread, NULL);
  puts("done");
  return 0;
}
