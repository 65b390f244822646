/* executor.h - track_executor and track_future: tasks run by a pool of threads (Python's ThreadPoolExecutor and Future).
 *
 * Workers are started as tasks come, up to max_workers, and are no daemons: at the end of the process what was submitted is done first. An
 * executor that went out of use is shut down, by track_executor_shutdown() or TRACK_WITH(&executor) { ... }. Callable from any thread,
 * tasks included, not from signal handlers. Submitting allocates. */
#ifndef TRACK_EXECUTOR_H
#define TRACK_EXECUTOR_H

#include "track/base.h"

TRACK_BEGIN

struct track_future;
struct track_private_worker;

struct track_executor {
  struct track_private_name private_name;
  uint32_t private_lock, private_flags, private_max_workers, private_n_workers;
  uint32_t private_lookout, private_reserved;
  uint32_t private_work[3], private_gone[3]; /* where idle workers wait, and who waits for their end */
  struct track_future *private_first, *private_last, *private_free;
  struct track_private_worker *private_workers;
  struct track_executor *private_next, *private_previous; /* among the open ones */
};

/* Make a pool of up to max_workers threads called NAME_0, NAME_1 ... (1 or more). Returns 0, or EINVAL. */
int track_executor_init(struct track_executor *e, unsigned max_workers, const char *name);

/* Have task(arg, &result) run by a worker, tasks in the order in which they came. It returns 0, or what it failed with; it must
 * return, and not end its thread. With ret_future (may be NULL)
 * the caller gets a future that it must release. Returns 0, ECANCELED after the shutdown, ENOMEM, or EAGAIN when no worker could be
 * started and there is none. */
int track_executor_submit(struct track_executor *e, int (*task)(void *arg, void **ret_result), void *arg, struct track_future **ret_future);

/* Run task for each of n arguments and wait for all; results[i] (results may be NULL) is that of args[i]. Returns 0, or the first failure.
 */
int track_executor_map(struct track_executor *e, int (*task)(void *arg, void **ret_result), void **args, void **results, size_t n);

/* Take no more tasks; what was submitted is done, or cancelled if it has not begun and cancel_pending is given. With `wait`, return when
 * the workers are gone. Again, to wait or to cancel, is fine. Returns 0, or EDEADLK when a worker of it asks to wait. */
int track_executor_shutdown(struct track_executor *e, bool wait, bool cancel_pending);

/* Shut down, wait, end its life; futures that are held live on. Returns 0, or EDEADLK in a worker of it. */
int track_executor_destroy(struct track_executor *e);

/* Wait until the task is over, for `timeout_ns` at most (-1: for ever); its result goes to ret_result (may be NULL). Returns what the task
 * returned; ETIMEDOUT; ECANCELED when it was cancelled; EDEADLK, at once, when the caller is a worker of the same pool, would wait for
 * ever, and all workers do, so that nobody is left to run the task. */
int track_future_result(struct track_future *f, int64_t timeout_ns, void **ret_result);

/* Over, by its end or cancelled; being run; cancelled. */
bool track_future_is_done(const struct track_future *f);
bool track_future_is_running(const struct track_future *f);
bool track_future_is_cancelled(const struct track_future *f);

/* Keep the task from being run. Returns 0 also when it was cancelled before, EBUSY when it is being run or over. */
int track_future_cancel(struct track_future *f);

/* Give the future back; the task runs all the same. NULL is nothing. */
void track_future_release(struct track_future *f);

TRACK_END
#endif
