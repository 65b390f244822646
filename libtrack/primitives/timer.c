/* timer.c - track_timer: a thread that waits for an event with a deadline, as Python's threading.Timer. */
#include "track/timer.h"

#include "preload/wrap.h"
#include "primitives/event.h"
#include "primitives/self.h"
#include "primitives/thread.h"

static void *timer_main(void *context) {
  struct track_timer *t = context;
  bool is_cancelled = event_await(SUBJECT(t, TIMER), t->private_state, t->private_interval_ns, CALLER()) == 0;
  if (!is_cancelled)
    t->private_fire(t->private_arg);
  return NULL;
}

PUBLIC int track_timer_init(struct track_timer *t, int64_t interval_ns, void (*fire)(void *arg), void *arg, const char *name) {
  if (interval_ns < 0)
    return EINVAL;
  *t = (struct track_timer){.private_interval_ns = interval_ns, .private_fire = fire, .private_arg = arg};
  name_init(&t->private_name, name, TRACE_KIND_TIMER);
  thread_init_as(&t->private_thread, timer_main, t, t->private_name.private_given, TRACE_KIND_TIMER);
  if (is_watched())
    tell_with(SUBJECT(t, TIMER), TRACE_INIT, 0, 0, 0, CALLER());
  return 0;
}

PUBLIC int track_timer_set_daemon(struct track_timer *t, bool is_daemon) {
  return track_thread_set_daemon(&t->private_thread, is_daemon);
}

/* Told before its thread exists; a start that fails is no start. */
PUBLIC int track_timer_start(struct track_timer *t) {
  struct caller caller = CALLER();
  bool is_new = !thread_was_started(&t->private_thread);
  if (is_watched() && is_new)
    tell_with(SUBJECT(t, TIMER), TRACE_START, 0, 0, t->private_thread.private_is_daemon, caller);
  int answer = is_new ? thread_start_at(&t->private_thread, (uintptr_t)t->private_fire, caller) : EINVAL;
  if (is_watched() && answer)
    tell_with(SUBJECT(t, TIMER), TRACE_START_FAIL, 0, answer, 0, caller);
  return answer;
}

PUBLIC int track_timer_cancel(struct track_timer *t) {
  if (is_watched())
    tell(SUBJECT(t, TIMER), TRACE_SET, 0, CALLER());
  order_before(t->private_state);
  event_set(t->private_state);
  return 0;
}

PUBLIC int track_timer_join(struct track_timer *t) {
  struct caller caller = CALLER();
  if (is_watched() && thread_was_started(&t->private_thread))
    tell(SUBJECT(t, TIMER), TRACE_AWAIT, 0, caller);
  int answer = thread_wait(&t->private_thread, NO_DEADLINE);
  if (is_watched() && answer)
    tell_with(SUBJECT(t, TIMER), TRACE_AWAIT_FAIL, 0, answer, 0, caller);
  else if (is_watched())
    tell(SUBJECT(t, TIMER), TRACE_PASS, TRACE_MODE_WAITED, caller);
  return answer;
}

PUBLIC const char *track_timer_name(const struct track_timer *t) {
  return t->private_name.private_given;
}

PUBLIC int track_timer_destroy(struct track_timer *t) {
  int answer = track_thread_is_alive(&t->private_thread) ? EBUSY : 0;
  if (!answer && thread_was_started(&t->private_thread))
    thread_wait(&t->private_thread, NO_DEADLINE);
  if (is_watched())
    tell_with(SUBJECT(t, TIMER), TRACE_DESTROY, 0, answer, 0, CALLER());
  return answer;
}
