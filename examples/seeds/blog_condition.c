/* blog_condition - a producer and two consumers of items without a limit to how many there are.
 *
 * Document: 004_c7ee3d62a45a66b0.txt, section "Condition Objects", its two pieces of code.
 * Who was woken looks again whether there is an item, since another may have been quicker: one consumer in a loop of its own, the other by
 * wait_for.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

enum { N_ITEMS = 3 /* for each consumer */ };

static struct track_condition cv = TRACK_CONDITION_INIT("cv");
static int n_made, n_taken;

static bool is_item_available(void *unused) {
  (void)unused;
  return n_taken < n_made;
}

static void get_available_item(const char *who) {
  printf("%s: item %d\n", who, ++n_taken);
}

static void *consume_in_loop(void *who) {
  for (int i = 0; i < N_ITEMS; i++)
    TRACK_WITH(&cv) {
      while (!is_item_available(NULL))
        track_condition_wait(&cv);
      get_available_item(who);
    }
  return NULL;
}

static void *consume_by_wait_for(void *who) {
  for (int i = 0; i < N_ITEMS; i++)
    TRACK_WITH(&cv) {
      track_condition_wait_for(&cv, is_item_available, NULL, TRACK_FOREVER);
      get_available_item(who);
    }
  return NULL;
}

int main(void) {
  static char loop[] = "loop", wait_for[] = "wait_for";
  struct track_thread c1, c2;
  track_thread_init(&c1, consume_in_loop, loop, loop);
  track_thread_start(&c1);
  track_thread_init(&c2, consume_by_wait_for, wait_for, wait_for);
  track_thread_start(&c2);
  for (int i = 0; i < 2 * N_ITEMS; i++)
    TRACK_WITH(&cv) {
      n_made++;
      track_condition_notify(&cv, 1);
    }
  track_thread_join(&c1, NULL);
  track_thread_join(&c2, NULL);
  return 0;
}
