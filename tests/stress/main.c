/* main.c - all primitives under stress at once, for a while; and a watch that no room stands still, as it would after a lost wake-up.
 *
 *   stress [SECONDS [ROOM...]]     5 s and all rooms by default
 *
 * Prints how often each room went round. Exits 1 with a line when something does not hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "room.h"

enum { MAX_ROOMS = 32, STILL_S = 60 };

struct worker {
  struct track_thread thread;
  const struct room *room;
  unsigned number;
  uint64_t rounds;
};

static struct worker workers[MAX_ROOMS][ROOM_THREADS];
static uint32_t is_over;
static __thread uint32_t seed;

void stress_failed(const char *file, int line, const char *what) {
  fprintf(stderr, "stress: %s:%d: does not hold: %s\n", file, line, what);
  fflush(NULL);
  _exit(1);
}

uint32_t stress_random(uint32_t limit) {
  static uint32_t last;
  if (!seed)
    seed = 2654435761u * __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED) | 1;
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed % limit;
}

bool stress_is_over(void) {
  return __atomic_load_n(&is_over, __ATOMIC_RELAXED);
}

static void *work(void *context) {
  struct worker *w = context;
  while (!stress_is_over()) {
    w->room->round(w->number);
    __atomic_fetch_add(&w->rounds, 1, __ATOMIC_RELAXED);
  }
  if (w->room->leave)
    w->room->leave(w->number);
  return NULL;
}

static bool is_wanted(const struct room *room, int argc, char **argv) {
  bool found = argc <= 2;
  for (int i = 2; i < argc; i++)
    found |= !strcmp(argv[i], room->name);
  return found;
}

static uint64_t rounds_of(unsigned room) {
  uint64_t rounds = 0;
  for (unsigned i = 0; i < rooms[room]->n_threads; i++)
    rounds += __atomic_load_n(&workers[room][i].rounds, __ATOMIC_RELAXED);
  return rounds;
}

static void start_room(unsigned room) {
  if (rooms[room]->enter)
    rooms[room]->enter();
  for (unsigned i = 0; i < rooms[room]->n_threads; i++) {
    char name[TRACK_NAME_BYTES];
    struct worker *w = &workers[room][i];
    snprintf(name, sizeof name, "%s-%u", rooms[room]->name, i);
    w->room = rooms[room];
    w->number = i;
    HOLDS(track_thread_init(&w->thread, work, w, name) == 0);
    HOLDS(track_thread_start(&w->thread) == 0);
  }
}

/* Each second: has every room gone on? */
static void watch(unsigned seconds, int argc, char **argv) {
  static uint64_t seen[MAX_ROOMS];
  static unsigned still[MAX_ROOMS];
  for (unsigned second = 0; second < seconds; second++) {
    sleep(1);
    for (unsigned room = 0; room < n_rooms; room++) {
      uint64_t rounds = rounds_of(room);
      still[room] = rounds == seen[room] ? still[room] + 1 : 0;
      seen[room] = rounds;
      if (is_wanted(rooms[room], argc, argv) && still[room] > STILL_S) {
        fprintf(stderr, "stress: %s stands still\n", rooms[room]->name);
        abort();
      }
    }
  }
}

int main(int argc, char **argv) {
  unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 5;
  track_log_configure("%(threadName)-12s %(message)s", TRACK_INFO, 2);
  HOLDS(n_rooms <= MAX_ROOMS);
  for (unsigned room = 0; room < n_rooms; room++)
    if (is_wanted(rooms[room], argc, argv))
      start_room(room);
  watch(seconds, argc, argv);
  __atomic_exchange_n(&is_over, 1, __ATOMIC_RELAXED);
  alarm(2 * STILL_S); /* who does not come back has lost a wake-up: SIGALRM ends the process */
  for (unsigned room = 0; room < n_rooms; room++) {
    if (!is_wanted(rooms[room], argc, argv))
      continue;
    for (unsigned i = 0; i < rooms[room]->n_threads; i++)
      HOLDS(track_thread_join(&workers[room][i].thread, NULL) == 0);
    if (rooms[room]->check)
      rooms[room]->check();
    printf("%-20s %10llu rounds\n", rooms[room]->name, (unsigned long long)rounds_of(room));
  }
  return 0;
}
