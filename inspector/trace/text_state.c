/* text_state.c - tells lines that no execution can have from lines that are merely wrong programs.
 *
 * Impossible: a thread that acts after its end or join, is started twice or after it ran, and an acquisition granted while
 * another thread holds the lock in a mode that forbids it. Misuse is possible and delivered: a release by a thread that
 * does not hold the lock becomes REL_ODD, and frees it, as an unchecked mutex does. */
#include <inttypes.h>
#include <stdlib.h>

#include "model/event.h"
#include "trace/text_impl.h"
#include "util/alloc.h"

static const char *thread_name(const struct text_source *text, uint32_t thread) {
  return text->source.info.threads[thread].name;
}
static const char *place_name(const struct text_source *text, uint32_t place) {
  return text->source.info.places[place].name;
}

bool text_thread_acts(struct text_source *text, uint32_t thread) {
  struct text_thread *t = &text->threads[thread];
  if (t->end_line && !text->is_recorded)
    return text_fail(text, "impossible event, thread %s ended at line %" PRIu64, thread_name(text, thread), t->end_line);
  if (t->join_line && !text->is_recorded)
    return text_fail(text, "impossible event, thread %s was joined at line %" PRIu64, thread_name(text, thread), t->join_line);
  if (t->n_events++ >= UINT32_MAX)
    return text_fail(text, "too long, thread %s has more than 2^32-1 events", thread_name(text, thread));
  if (!t->first_line) {
    t->first_line = text->line;
    text->n_alive++;
  }
  return true;
}

static bool start(struct text_source *text, uint32_t thread) {
  struct text_thread *t = &text->threads[thread];
  if (t->first_line)
    return text_fail(text, "impossible event, thread %s already runs since line %" PRIu64, thread_name(text, thread), t->first_line);
  if (t->fork_line)
    return text_fail(text, "impossible event, thread %s was already started at line %" PRIu64, thread_name(text, thread), t->fork_line);
  t->fork_line = text->line;
  return true;
}

static bool join(struct text_source *text, const struct event *event) {
  struct text_thread *t = &text->threads[event->target];
  if (event->target != event->thread && !t->join_line)
    t->join_line = text->line;
  return true;
}

static struct text_share *share_of(const struct text_thread *thread, uint32_t place) {
  for (uint32_t i = thread->n_shares; i-- > 0;)
    if (thread->shares[i].place == place)
      return &thread->shares[i];
  return NULL;
}

static void add_share(struct text_thread *thread, uint32_t place) {
  struct text_share *share = share_of(thread, place);
  if (share) {
    share->count++;
    return;
  }
  thread->shares = grow(thread->shares, thread->n_shares, &thread->share_capacity, sizeof *thread->shares);
  thread->shares[thread->n_shares++] = (struct text_share){place, 1};
}

static void drop_share(struct text_thread *thread, struct text_share *share) {
  if (--share->count)
    return;
  thread->n_shares--;
  for (uint32_t i = (uint32_t)(share - thread->shares); i < thread->n_shares; i++)
    thread->shares[i] = thread->shares[i + 1];
}

static bool is_owned_by_other(struct text_source *text, const struct event *event) {
  const struct text_place *place = &text->places[event->place];
  if (place->owner == NO_INDEX || place->owner == event->thread)
    return false;
  text_fail(text, "impossible event, thread %s acquires %s, which thread %s holds since line %" PRIu64, thread_name(text, event->thread),
            place_name(text, event->place), thread_name(text, place->owner), place->since_line);
  return true;
}

static bool acquire_shared(struct text_source *text, const struct event *event) {
  if (is_owned_by_other(text, event))
    return false;
  add_share(&text->threads[event->thread], event->place);
  text->places[event->place].n_readers++;
  return true;
}

/* A condition wait gives up all of an rlock and takes all of it back. */
static uint32_t depth_given_up(struct text_source *text, const struct event *event) {
  struct text_thread *thread = &text->threads[event->thread];
  uint32_t depth = thread->given_up == event->place + 1 ? thread->given_up_depth : 1;
  thread->given_up = 0;
  return depth;
}

static void give_up(struct text_thread *thread, const struct event *event, struct text_place *place) {
  thread->given_up = event->place + 1;
  thread->given_up_depth = place->depth;
  place->depth = 1;
}

static bool acquire(struct text_source *text, const struct event *event) {
  struct text_place *place = &text->places[event->place];
  if (event->mode & TRACE_MODE_READ)
    return acquire_shared(text, event);
  if (is_owned_by_other(text, event))
    return false;
  if (place->n_readers) {
    const struct text_share *own = share_of(&text->threads[event->thread], event->place);
    if (place->n_readers > (own ? own->count : 0))
      return text_fail(text, "impossible event, thread %s acquires %s, which another thread holds for reading",
                       thread_name(text, event->thread), place_name(text, event->place));
  }
  if (place->owner == event->thread && trace_family(event->kind) == TRACE_KIND_LOCK)
    return text_fail(text, "impossible event, thread %s acquires %s, which it holds since line %" PRIu64 " and nobody has released",
                     thread_name(text, event->thread), place_name(text, event->place), place->since_line);
  if (place->owner == NO_INDEX)
    place->since_line = text->line;
  place->owner = event->thread;
  place->depth += event->mode & TRACE_MODE_CONDITION ? depth_given_up(text, event) : 1;
  return true;
}

static void release_oddly(struct text_place *place, struct event *event) {
  event->op = TRACE_REL_ODD;
  if (place->owner == NO_INDEX && place->n_readers) {
    place->n_readers--;
    event->mode |= TRACE_MODE_READ;
  }
  place->owner = NO_INDEX;
  place->depth = 0;
}

static void release(struct text_source *text, struct event *event) {
  struct text_place *place = &text->places[event->place];
  struct text_thread *thread = &text->threads[event->thread];
  struct text_share *share = place->n_readers ? share_of(thread, event->place) : NULL;
  if (event->op == TRACE_REL_ODD || (!share && place->owner != event->thread)) {
    release_oddly(place, event);
    return;
  }
  if (!share) {
    event->mode &= (uint8_t)~TRACE_MODE_READ;
    if (event_gives_up_all(event))
      give_up(thread, event, place);
    if (--place->depth == 0)
      place->owner = NO_INDEX;
    return;
  }
  event->mode |= TRACE_MODE_READ;
  drop_share(thread, share);
  place->n_readers--;
}

static void forget(struct text_place *place) {
  place->owner = NO_INDEX;
  place->depth = place->n_readers = 0;
}

static void end(struct text_source *text, const struct event *event) {
  struct text_thread *thread = &text->threads[event->thread];
  if (!thread->end_line)
    text->n_alive--;
  thread->end_line = text->line;
}

/* That a file lock is given back need not be told. */
static bool apply_file_lock(struct event *event) {
  if (event->op == TRACE_REL)
    event->op = TRACE_REL_ODD;
  return true;
}

bool text_apply(struct text_source *text, struct event *event) {
  bool is_of_lock = event->op == TRACE_ACQ || event->op == TRACE_REL || event->op == TRACE_REL_ODD;
  if (is_of_lock && trace_family(event->kind) == TRACE_KIND_FILE_LOCK)
    return apply_file_lock(event);
  switch (event->op) {
  case TRACE_ACQ:
    return acquire(text, event);
  case TRACE_REL:
  case TRACE_REL_ODD:
    release(text, event);
    return true;
  case TRACE_CREATE:
    return event->target == NO_INDEX || start(text, event->target);
  case TRACE_CREATE_FAIL:
    if (event->target != NO_INDEX)
      text->threads[event->target].fork_line = 0;
    return true;
  case TRACE_JOIN:
    return event->target == NO_INDEX || join(text, event);
  case TRACE_INIT:
  case TRACE_FREE:
    forget(&text->places[event->place]);
    return true;
  case TRACE_THREAD_END:
    end(text, event);
    return true;
  case TRACE_EXIT:
    text->saw_exit = true;
    return true;
  default:
    return true;
  }
}
