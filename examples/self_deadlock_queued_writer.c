/* self_deadlock_queued_writer - a reader comes again while a writer waits for it: this program hangs, every time.
 *
 * Wrong: the rwlock prefers writers, so the second reading waits behind the writer, and the writer waits for the first reading to end.
 * The inspector says: self-deadlock, observed, and `inspector run` ends the program. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

static pthread_rwlock_t table;
static int width = 3, height = 4;

static void *widen(void *unused) {
  pthread_rwlock_wrlock(&table);
  width++;
  pthread_rwlock_unlock(&table);
  return unused;
}

/* Until no reader is let in any more: the writer is in the queue. */
static void *await_writer(void *unused) {
  while (pthread_rwlock_tryrdlock(&table) == 0) {
    pthread_rwlock_unlock(&table);
    sched_yield();
  }
  return unused;
}

int main(void) {
  pthread_t writer, visitor;
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&table, &attributes);
  pthread_rwlock_rdlock(&table);
  pthread_create(&writer, NULL, widen, NULL);
  pthread_create(&visitor, NULL, await_writer, NULL);
  pthread_join(visitor, NULL);
  pthread_rwlock_rdlock(&table); /* BUG */
  printf("%d\n", width * height);
  pthread_rwlock_unlock(&table);
  pthread_rwlock_unlock(&table);
  pthread_join(writer, NULL);
  pthread_rwlock_destroy(&table);
  return 0;
}
