/* random_text.c - random text traces: see random_text.h. A scheduler picks a thread, the thread does one of the things that it
 * can do now; what is missing of a trace's tidiness (a lock that is never released, a thread that is never joined) stays so. */
#include "random_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, LOCKS = 7, HELD = 5, VARIABLES = 4, DEPTH = 2 };
/* By number: re-entrant mutexes, then a rwlock, an rlock, and a Java monitor. */
enum { RWLOCK = 4, RLOCK = 5, MONITOR = 6 };

enum phase { UNBORN, RUNNING, WAITING, WOKEN, AT_BARRIER, ENDED };

struct held {
  unsigned lock, depth;
  bool is_read;
};

struct actor {
  enum phase phase;
  struct held held[HELD];
  unsigned n_held, waits_with, given_up, arrival;
  bool is_joined;
};

struct play {
  FILE *out;
  uint64_t random;
  struct actor actors[THREADS];
  unsigned n_threads, n_lines, tokens, arrivals, items;
  bool is_set, has_lock_life;
};

static unsigned below(struct play *play, unsigned n) {
  play->random ^= play->random << 13;
  play->random ^= play->random >> 7;
  play->random ^= play->random << 17;
  return (unsigned)((play->random >> 32) * n >> 32);
}

__attribute__((format(printf, 3, 4))) static void say(struct play *play, unsigned thread, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(play->out, "T%u|", thread);
  vfprintf(play->out, format, arguments);
  fprintf(play->out, "|%u\n", 1 + below(play, 9));
  va_end(arguments);
  play->n_lines++;
  if (below(play, 40) == 0)
    fputs(below(play, 2) ? "# a comment\n" : "\n", play->out);
}

static struct held *hold_of(struct actor *actor, unsigned lock) {
  for (unsigned i = 0; i < actor->n_held; i++)
    if (actor->held[i].lock == lock)
      return &actor->held[i];
  return NULL;
}

static bool is_free(struct play *play, unsigned thread, unsigned lock, bool is_read) {
  for (unsigned other = 0; other < play->n_threads; other++) {
    const struct held *held = hold_of(&play->actors[other], lock);
    if (held && other != thread && !(held->is_read && is_read))
      return false;
  }
  return true;
}

static const char *mode_text(unsigned lock, bool is_read, const char *more) {
  static char text[32];
  snprintf(text, sizeof text, "%s%s", lock == RWLOCK ? is_read ? ",rd" : ",wr" : "", more);
  return text;
}

static void fail_to_lock(struct play *play, unsigned thread, unsigned lock, bool is_read) {
  if (below(play, 3) == 0)
    say(play, thread, "tryfail(L%u%s)", lock, mode_text(lock, is_read, below(play, 2) ? ",try" : ",timed"));
}

static void do_lock(struct play *play, unsigned thread) {
  struct actor *actor = &play->actors[thread];
  unsigned lock = below(play, LOCKS);
  struct held *held = hold_of(actor, lock);
  bool is_read = lock == RWLOCK && below(play, 2);
  if (held) {
    if (lock == RWLOCK || held->depth > DEPTH || below(play, 3))
      return;
    held->depth++;
    say(play, thread, "acq(L%u)", lock);
    return;
  }
  if (actor->n_held == HELD)
    return;
  if (!is_free(play, thread, lock, is_read)) {
    fail_to_lock(play, thread, lock, is_read);
    return;
  }
  if (below(play, 5) == 0)
    say(play, thread, "req(L%u%s)", lock, mode_text(lock, is_read, ""));
  static const char *const extras[] = {"", "", "", "", "", "", ",try", ",timed"};
  say(play, thread, "acq(L%u%s)", lock, mode_text(lock, is_read, extras[below(play, 8)]));
  actor->held[actor->n_held++] = (struct held){lock, 1, is_read};
}

static void let_go(struct actor *actor, struct held *held) {
  *held = actor->held[--actor->n_held];
}

static void do_unlock(struct play *play, unsigned thread) {
  struct actor *actor = &play->actors[thread];
  if (!actor->n_held)
    return;
  struct held *held = &actor->held[below(play, 4) ? actor->n_held - 1 : below(play, actor->n_held)];
  say(play, thread, "rel(L%u)", held->lock);
  if (--held->depth == 0)
    let_go(actor, held);
}

static void do_access(struct play *play, unsigned thread) {
  if (below(play, 3) == 0)
    say(play, thread, "%s(v%u)", below(play, 4) ? "r" : "w", below(play, VARIABLES));
}

static void do_fork(struct play *play, unsigned thread) {
  for (unsigned other = 1; other < play->n_threads; other++)
    if (play->actors[other].phase == UNBORN) {
      say(play, thread, below(play, 2) ? "fork(T%u)" : "fork(%u)", other);
      play->actors[other].phase = RUNNING;
      return;
    }
}

static void do_join(struct play *play, unsigned thread) {
  unsigned other = 1 + below(play, play->n_threads - 1);
  struct actor *actor = &play->actors[other];
  if (other == thread || actor->is_joined || (actor->phase != ENDED && (actor->phase != RUNNING || actor->n_held || below(play, 8))))
    return;
  actor->phase = ENDED;
  actor->is_joined = true;
  say(play, thread, "join(T%u)", other);
}

/* Conditions: c with whichever mutex L0 is, and the monitor, whose wake and acquisition are not said. */

static void do_wait(struct play *play, unsigned thread) {
  struct actor *actor = &play->actors[thread];
  unsigned lock = below(play, 2) ? 0 : below(play, 2) ? RLOCK : MONITOR;
  struct held *held = hold_of(actor, lock);
  if (!held || (held->depth > 1 && lock != RLOCK))
    return;
  actor->waits_with = lock;
  actor->given_up = held->depth;
  let_go(actor, held);
  if (lock == MONITOR)
    say(play, thread, "wait(L%u)", lock);
  else
    say(play, thread, "wait(c%u,L%u)", lock, lock);
  actor->phase = WAITING;
}

static void do_signal(struct play *play, unsigned thread) {
  static const unsigned locks[] = {0, RLOCK, MONITOR};
  unsigned lock = locks[below(play, 3)];
  bool is_all = below(play, 3) == 0;
  if (lock == MONITOR)
    say(play, thread, is_all ? "notifyAll(L%u)" : "notify(L%u)", lock);
  else
    say(play, thread, is_all ? "broadcast(c%u)" : "signal(c%u)", lock);
  for (unsigned i = 0, start = below(play, THREADS); i < THREADS; i++) {
    struct actor *actor = &play->actors[(start + i) % THREADS];
    if (actor->phase != WAITING || actor->waits_with != lock)
      continue;
    actor->phase = WOKEN;
    if (!is_all)
      return;
  }
}

static void go_on_after_wait(struct play *play, unsigned thread) {
  struct actor *actor = &play->actors[thread];
  unsigned lock = actor->waits_with;
  if (!is_free(play, thread, lock, false) || actor->n_held == HELD)
    return;
  actor->phase = RUNNING;
  actor->held[actor->n_held++] = (struct held){lock, actor->given_up, false};
  if (lock == MONITOR) { /* the next line says it all */
    say(play, thread, "r(v0)");
    return;
  }
  say(play, thread, "wake(c%u,L%u)", lock, lock);
  say(play, thread, "acq(L%u,cond)", lock);
}

static void do_semaphore(struct play *play, unsigned thread) {
  if (!play->tokens && below(play, 2))
    return;
  bool is_post = !play->tokens || below(play, 2);
  play->tokens += is_post ? 1u : -1u;
  say(play, thread, is_post ? "post(s)" : "semwait(s)");
}

static void do_event(struct play *play, unsigned thread) {
  unsigned what = below(play, 4);
  if (what < 2)
    say(play, thread, play->is_set ? "pass(e)" : "awaitfail(e)");
  else {
    play->is_set = what == 2;
    say(play, thread, play->is_set ? "set(e)" : "clear(e)");
  }
}

static void do_queue(struct play *play, unsigned thread) {
  bool is_put = !play->items || below(play, 2);
  play->items += is_put ? 1u : -1u;
  say(play, thread, is_put ? "put(q)" : "get(q)");
}

static void do_barrier(struct play *play, unsigned thread) {
  if (below(play, 6))
    return;
  say(play, thread, "arrive(b)");
  play->actors[thread].phase = AT_BARRIER;
  play->actors[thread].arrival = play->arrivals++;
}

static void go_on(struct play *play, unsigned thread) {
  struct actor *actor = &play->actors[thread];
  if (actor->phase == WOKEN)
    go_on_after_wait(play, thread);
  else if (actor->phase == AT_BARRIER && play->arrivals >= (actor->arrival / 2 + 1) * 2) {
    say(play, thread, "leave(b)");
    actor->phase = RUNNING;
  }
}

static void do_life(struct play *play, unsigned thread) {
  if (below(play, 4))
    return;
  say(play, thread, play->has_lock_life ? "destroy(m)" : "create(m,mutex)");
  play->has_lock_life = !play->has_lock_life;
}

typedef void deed(struct play *play, unsigned thread);

static deed *const deeds[] = {do_lock,   do_lock, do_lock, do_lock, do_lock,   do_unlock,    do_unlock,  do_unlock, do_access, do_access,
                              do_access, do_fork, do_join, do_wait, do_signal, do_semaphore, do_barrier, do_event,  do_queue,  do_life};

void random_text_write(FILE *out, const struct random_text_options *options) {
  struct play play = {.out = out, .random = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 1, .n_threads = options->n_threads};
  for (int i = 0; i < 8; i++)
    below(&play, 2);
  unsigned words = below(&play, 4); /* some traces have locks and memory alone, so that more of them deadlock */
  unsigned n_deeds = words ? 13 : sizeof deeds / sizeof *deeds;
  fprintf(out, "T0|create(L%d,track_rlock)|1\nT0|create(b,barrier,value=2)|1\nT0|create(s,semaphore,value=1)|1\n", RLOCK);
  fprintf(out, "T0|acq(L%d)|1\nT0|rel(L%d)|1\n", MONITOR, MONITOR);
  play.tokens = 1;
  for (unsigned i = 0; i < play.n_threads; i++)
    play.actors[i].phase = !i || below(&play, 2) ? RUNNING : UNBORN;
  for (unsigned tries = 0; tries < options->n_events * 20 && play.n_lines < options->n_events; tries++) {
    unsigned thread = below(&play, play.n_threads);
    if (play.actors[thread].phase == RUNNING)
      deeds[below(&play, n_deeds)](&play, thread);
    else
      go_on(&play, thread);
  }
}

enum { MAX_LINES = 2000 };

/* Some line of the text again, or none, or another thread's. */
static void write_damaged(struct play *play, char *line) {
  unsigned what = below(play, 60);
  if (what == 0)
    return;
  if (what == 1 && line[0] == 'T' && line[1] && line[2] == '|')
    line[1] = (char)('0' + below(play, play->n_threads));
  fprintf(play->out, "%s\n", line);
  if (what == 2)
    fprintf(play->out, "%s\n", line);
}

void random_text_damage(FILE *out, const struct random_text_options *options) {
  char *text = NULL, *lines[MAX_LINES], *rest = NULL;
  size_t n_bytes = 0;
  unsigned n = 0;
  FILE *whole = open_memstream(&text, &n_bytes);
  if (!whole)
    abort();
  random_text_write(whole, options);
  fclose(whole);
  struct play play = {.out = out, .random = options->seed * UINT64_C(0xd6e8feb86659fd93) + 1, .n_threads = options->n_threads};
  for (char *line = strtok_r(text, "\n", &rest); line && n < MAX_LINES; line = strtok_r(NULL, "\n", &rest))
    lines[n++] = line;
  for (unsigned i = 0; n && i < below(&play, 4); i++) {
    unsigned a = below(&play, n), b = below(&play, n);
    char *line = lines[a];
    lines[a] = lines[b];
    lines[b] = line;
  }
  for (unsigned i = 0; i < n; i++)
    write_damaged(&play, lines[i]);
  free(text);
}
