/* slides_semaphore - a counter that acquire decrements and release increments.
 *
 * Document: 001_3ed68fe808206ad4.txt, section "access to shared resources", the piece of code with a semaphore.
 * It begins with one, so one thread at a time has the resource.
 * The inspector says nothing. */
#include <stdio.h>

#include <track/track.h>

static struct track_semaphore semaphore = TRACK_SEMAPHORE_INIT(1, "semaphore");
static int resource;

static void *use_resource(void *unused) {
  track_semaphore_acquire(&semaphore);
  resource++;
  track_semaphore_release(&semaphore, 1);
  return unused;
}

int main(void) {
  struct track_thread thread;
  printf("value %u\n", track_semaphore_value(&semaphore));
  track_semaphore_acquire(&semaphore);
  printf("value %u\n", track_semaphore_value(&semaphore));
  track_thread_init(&thread, use_resource, NULL, NULL);
  track_thread_start(&thread);
  resource++;
  track_semaphore_release(&semaphore, 1);
  track_thread_join(&thread, NULL);
  printf("value %u, resource used %d times\n", track_semaphore_value(&semaphore), resource);
  return 0;
}
