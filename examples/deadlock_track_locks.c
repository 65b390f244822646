/* deadlock_track_locks - two threads take the same two track_locks in opposite order.
 *
 * Wrong: deposit() takes accounts, then journal; audit() takes journal, then accounts. Locks that any thread may release deadlock like
 * others when nobody does. In this run they happen to come one after the other, and nothing hangs.
 * The inspector says: deadlock, with both threads, both locks and the four places where they are taken. */
#include <stdio.h>

#include <track/track.h>

#include "lucky_order.h"

static struct track_lock accounts = TRACK_LOCK_INIT("accounts");
static struct track_lock journal = TRACK_LOCK_INIT("journal");
static int balance, lines;

static void *deposit(void *unused) {
  track_lock_acquire(&accounts);
  balance += 10;
  track_lock_acquire(&journal); /* BUG */
  lines++;
  track_lock_release(&journal);
  track_lock_release(&accounts);
  lucky_next();
  return unused;
}

static void *audit(void *unused) {
  lucky_wait(1);
  track_lock_acquire(&journal);
  lines++;
  track_lock_acquire(&accounts); /* BUG */
  balance += 0;
  track_lock_release(&accounts);
  track_lock_release(&journal);
  return unused;
}

int main(void) {
  struct track_thread first, second;
  track_thread_init(&first, deposit, NULL, "deposit");
  track_thread_init(&second, audit, NULL, "audit");
  track_thread_start(&first);
  track_thread_start(&second);
  track_thread_join(&first, NULL);
  track_thread_join(&second, NULL);
  printf("balance %d, %d lines\n", balance, lines);
  return 0;
}
