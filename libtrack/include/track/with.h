/* with.h - TRACK_WITH: hold something for the length of a block (Python's with statement).
 *
 *     TRACK_WITH(&lock) {
 *       if (is_done)
 *         return;      // released
 *       count++;
 *     }                // released
 *
 * Takes a pointer to a track_lock, track_rlock, track_condition, track_semaphore or track_bounded_semaphore, and releases it on every way
 * out of the block: its end, return, goto, and break and continue, which in C leave this block and not a loop around it. C++ exceptions and
 * cancellation count (in C where it is compiled with -fexceptions), longjmp() does not. A track_executor is shut down, and its tasks waited
 * for. The pointer is evaluated once. */
#ifndef TRACK_WITH_H
#define TRACK_WITH_H

#include "track/condition.h"
#include "track/executor.h"
#include "track/lock.h"
#include "track/rlock.h"
#include "track/semaphore.h"

TRACK_BEGIN

enum track_private_with_kind {
  TRACK_PRIVATE_WITH_LOCK,
  TRACK_PRIVATE_WITH_RLOCK,
  TRACK_PRIVATE_WITH_CONDITION,
  TRACK_PRIVATE_WITH_SEMAPHORE,
  TRACK_PRIVATE_WITH_BOUNDED_SEMAPHORE,
  TRACK_PRIVATE_WITH_EXECUTOR
};

struct track_private_with {
  void *object;
  enum track_private_with_kind kind;
  bool is_entered, is_held;
};

/* True at the first call, when the object is held. */
bool track_private_with_enter(struct track_private_with *w);
void track_private_with_leave(struct track_private_with *w);

TRACK_END

#define TRACK_PRIVATE_PASTE2(a, b) a##b
#define TRACK_PRIVATE_PASTE(a, b) TRACK_PRIVATE_PASTE2(a, b)

#ifdef __cplusplus
namespace track_private {
inline track_private_with_kind with_kind(const track_lock *) {
  return TRACK_PRIVATE_WITH_LOCK;
}
inline track_private_with_kind with_kind(const track_rlock *) {
  return TRACK_PRIVATE_WITH_RLOCK;
}
inline track_private_with_kind with_kind(const track_condition *) {
  return TRACK_PRIVATE_WITH_CONDITION;
}
inline track_private_with_kind with_kind(const track_semaphore *) {
  return TRACK_PRIVATE_WITH_SEMAPHORE;
}
inline track_private_with_kind with_kind(const track_bounded_semaphore *) {
  return TRACK_PRIVATE_WITH_BOUNDED_SEMAPHORE;
}
inline track_private_with_kind with_kind(const track_executor *) {
  return TRACK_PRIVATE_WITH_EXECUTOR;
}
template <typename object> inline track_private_with with(object *o) {
  return track_private_with{o, with_kind(o), false, false};
}
} // namespace track_private
#define TRACK_PRIVATE_WITH(pointer) track_private::with(pointer)
#else
/* clang-format off */
#define TRACK_PRIVATE_WITH(pointer)                                                       \
  {(pointer),                                                                             \
   _Generic((pointer),                                                                    \
       struct track_lock *: TRACK_PRIVATE_WITH_LOCK,                                      \
       struct track_rlock *: TRACK_PRIVATE_WITH_RLOCK,                                    \
       struct track_condition *: TRACK_PRIVATE_WITH_CONDITION,                            \
       struct track_semaphore *: TRACK_PRIVATE_WITH_SEMAPHORE,                            \
       struct track_bounded_semaphore *: TRACK_PRIVATE_WITH_BOUNDED_SEMAPHORE,            \
       struct track_executor *: TRACK_PRIVATE_WITH_EXECUTOR),                             \
   false, false}
/* clang-format on */
#endif

#define TRACK_PRIVATE_WITH_AS(pointer, variable)                                                                                           \
  for (struct track_private_with variable __attribute__((cleanup(track_private_with_leave))) = TRACK_PRIVATE_WITH(pointer);                \
       track_private_with_enter(&variable);)

#define TRACK_WITH(pointer) TRACK_PRIVATE_WITH_AS(pointer, TRACK_PRIVATE_PASTE(track_private_with_, __COUNTER__))

#endif
