/* deadlock_track_locks_fixed - both threads take accounts before journal. */
#include <stdio.h>

#include <track/track.h>

#include "lucky_order.h"

static struct track_lock accounts = TRACK_LOCK_INIT("accounts");
static struct track_lock journal = TRACK_LOCK_INIT("journal");
static int balance, lines;

static void *deposit(void *unused) {
  track_lock_acquire(&accounts);
  balance += 10;
  track_lock_acquire(&journal);
  lines++;
  track_lock_release(&journal);
  track_lock_release(&accounts);
  lucky_next();
  return unused;
}

static void *audit(void *unused) {
  lucky_wait(1);
  track_lock_acquire(&accounts);
  track_lock_acquire(&journal);
  lines++;
  balance += 0;
  track_lock_release(&journal);
  track_lock_release(&accounts);
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
