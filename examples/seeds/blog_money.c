/* blog_money - two threads add and take money under a lock, while main looks on.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Lock Object".
 * Whatever main sees meanwhile, in the end it is always 5000000. Main waits by counting the living threads.
 * The inspector says: unjoined-thread, for both. */
#include <stdio.h>

#include <track/track.h>

#include "seed.h"

enum { ROUNDS = 100000 };

static struct track_lock l = TRACK_LOCK_INIT("l");
static int money;

static void change_money(int amount) {
  track_lock_acquire(&l);
  money += amount;
  track_lock_release(&l);
}

static void *add_money(void *unused) {
  for (int count = 1; count <= ROUNDS; count++)
    change_money(100);
  return unused;
}

static void *take_money(void *unused) {
  for (int count = 1; count <= ROUNDS; count++)
    change_money(-50);
  return unused;
}

int main(void) {
  static struct track_thread t, t2;
  track_thread_init(&t, add_money, NULL, NULL);
  track_thread_start(&t);
  track_thread_init(&t2, take_money, NULL, NULL);
  track_thread_start(&t2);

  while (track_thread_active_count() > 1) {
    TRACK_WITH(&l) {
      printf("check money: %d\n", money);
    }
    pause_ms(10);
  }
  printf("final money: %d\n", money);
  return 0;
}
