/* kitchen - two cooks put dishes on a counter with room for three, one waiter serves them: producers, a consumer, and a queue between.
 *
 * Nothing is wrong here. A waiter takes twice as long as a cook, so the counter is full most of the time, and the cooks wait for
 * room: the program is as fast as its waiter. */
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include <track/track.h>

enum { COOKS = 2, DISHES = 8, ROOM = 3, COOKING_US = 1000, SERVING_US = 2000 };

static struct track_queue counter;

static void *cook(void *name) {
  pthread_setname_np(pthread_self(), name);
  for (intptr_t dish = 1; dish <= DISHES; dish++) {
    usleep(COOKING_US);
    track_queue_put(&counter, (void *)dish);
  }
  return NULL;
}

static void *serve(void *name) {
  pthread_setname_np(pthread_self(), name);
  for (int served = 0; served < COOKS * DISHES; served++) {
    void *dish;
    track_queue_get(&counter, &dish);
    usleep(SERVING_US);
    track_queue_task_done(&counter);
  }
  return NULL;
}

int main(void) {
  static char names[][8] = {"cook 1", "cook 2", "waiter"};
  pthread_t threads[COOKS + 1];
  track_queue_init(&counter, ROOM, "counter");
  for (int i = 0; i <= COOKS; i++)
    pthread_create(&threads[i], NULL, i < COOKS ? cook : serve, names[i]);
  for (int i = 0; i <= COOKS; i++)
    pthread_join(threads[i], NULL);
  track_queue_destroy(&counter);
  return 0;
}
