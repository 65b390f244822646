/* thread.h - track_thread: threads with a name and a daemon flag (Python's threading.Thread).
 *
 * The process does not end before its non-daemon threads: exit() and the return from main wait for them, as Python does; _exit(),
 * quick_exit() and abort() do not. Daemon threads are left. A thread class is a structure that embeds a track_thread and gives a run
 * function that gets the structure as its argument.
 *
 *     struct worker { struct track_thread thread; int number; };
 *     track_thread_init(&w->thread, worker_run, w, NULL);
 *
 * Callable from any thread, not from signal handlers. track_thread_join*() are no cancellation points. The structure must stay where it
 * is until the thread was joined (a daemon's: until it is not alive any more): one that nobody joins is waited for at the end of the
 * process, when main's variables are gone, so it is static or on the heap. */
#ifndef TRACK_THREAD_H
#define TRACK_THREAD_H

#include "track/base.h"

TRACK_BEGIN

struct track_thread {
  struct track_private_name private_name;
  void *(*private_run)(void *arg);
  void *private_arg, *private_result;
  uint64_t private_handle;                              /* pthread_t */
  uint64_t private_recorded;                            /* its number, and in the upper half that of the recording */
  struct track_thread *private_next, *private_previous; /* among the living */
  uint32_t private_state;
  uint32_t private_handshake;
  int32_t private_native_id;
  uint16_t private_kind; /* what made it: enum trace_kind */
  bool private_is_daemon, private_is_foreign;
};

/* Prepare a thread that will call run(arg). Allocates and registers nothing: there is no destroy. The daemon flag is that of the calling
 * thread; a NULL name gives "Thread-N". A thread that was joined, or was never started, may be initialised again. Returns 0. */
int track_thread_init(struct track_thread *t, void *(*run)(void *arg), void *arg, const char *name);

/* Returns 0, or EINVAL once it was started. */
int track_thread_set_daemon(struct track_thread *t, bool is_daemon);

/* Start it, once. Returns 0; EINVAL when it was started before; EAGAIN or ENOMEM when there is no room for a thread. */
int track_thread_start(struct track_thread *t);

/* Wait until the thread's function has returned; as often as wanted, by any thread. Its result goes to ret_result (may be NULL). Returns 0;
 * EDEADLK for the calling thread itself, the main one too; EINVAL before the start, and for another thread that is the main one or that
 * others made. */
int track_thread_join(struct track_thread *t, void **ret_result);

/* The same for `timeout_ns` at most (-1: for ever). Returns in addition ETIMEDOUT, which is no error of the thread: it is still alive. */
int track_thread_join_timeout(struct track_thread *t, int64_t timeout_ns, void **ret_result);

/* Started, and its function has not returned. */
bool track_thread_is_alive(const struct track_thread *t);
bool track_thread_is_daemon(const struct track_thread *t);

/* The name, which stays valid until it is set anew. set_name copies 31 bytes; the kernel shows the first 15. Returns 0. */
const char *track_thread_name(const struct track_thread *t);
int track_thread_set_name(struct track_thread *t, const char *name);

/* A number that no other living thread of this process has (pthread_self), and the kernel's number of it (gettid); 0 before the start. */
uint64_t track_thread_ident(const struct track_thread *t);
int track_thread_native_id(const struct track_thread *t);

/* The calling thread, never NULL: where others made it, a daemon stand-in that lives as long as it does. */
struct track_thread *track_thread_current(void);
/* The process's first thread; in a forked child the one that forked. */
struct track_thread *track_thread_main(void);

/* The living threads, the main one and stand-ins included, up to `capacity` of them; returns how many there are. */
size_t track_thread_enumerate(struct track_thread **ret_threads, size_t capacity);
size_t track_thread_active_count(void);

/* Low level: call run(arg) in a new thread that nobody can join and nobody waits for. Its ident goes to ret_ident (may be NULL). Returns 0,
 * EAGAIN or ENOMEM. */
int track_start_new_thread(void *(*run)(void *arg), void *arg, uint64_t *ret_ident);

/* One operation of a primitive, as a trace hook sees it. */
struct track_trace_event {
  const char *operation;   /* word of docs/text-trace.md: "acq", "rel", "wait" ... */
  const char *object_name; /* may be "" */
  const void *object;
  int64_t time_ns; /* CLOCK_MONOTONIC */
};

/* From now on every track_thread that starts calls hook(event, arg) in itself at each of its operations on primitives, but not at those
 * made inside the hook; NULL ends that for threads started later. Whether anything is recorded makes no difference. */
void track_set_trace(void (*hook)(const struct track_trace_event *event, void *arg), void *arg);

TRACK_END
#endif
