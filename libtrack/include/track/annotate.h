/* annotate.h - tell Track about locks that you built yourself.
 *
 * Home-made locks (a spin lock over an atomic, a futex lock, a lock of another library) are invisible to a recorder of libc's calls.
 * Call these at the four moments of a lock's life; a program that is not recorded pays a test of a weak symbol. No library needs to
 * be linked. Nothing here blocks, allocates, fails or touches errno; all of it may be called from any thread and from signal handlers.
 *
 *     track_before_acquire(&lock, 0);   // only when it was busy: what comes now may block
 *     track_acquired(&lock, 0);         // holding it
 *     track_before_release(&lock, 0);   // still holding it
 *
 * Programs that already call ThreadSanitizer's __tsan_mutex_* or Valgrind's AnnotateRWLock* functions are understood as they are. */
#ifndef TRACK_ANNOTATE_H
#define TRACK_ANNOTATE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of an acquisition. */
enum { TRACK_SHARED = 1 /* as a reader */, TRACK_TRIED = 2 /* could not have blocked */ };

__attribute__((weak)) void track_annotate_create(const void *lock, const char *name);
__attribute__((weak)) void track_annotate_destroy(const void *lock);
__attribute__((weak)) void track_annotate_request(const void *lock, int flags);
__attribute__((weak)) void track_annotate_acquire(const void *lock, int flags);
__attribute__((weak)) void track_annotate_try_failed(const void *lock, int flags);
__attribute__((weak)) void track_annotate_release(const void *lock, int flags);
__attribute__((weak)) void track_annotate_name(const void *object, const char *name);

/* The lock at `lock` (any address that identifies it) begins its life; `name` may be NULL. */
static inline void track_created(const void *lock, const char *name) {
  if (track_annotate_create)
    track_annotate_create(lock, name);
}

/* Its life ends; call it before the memory goes. */
static inline void track_destroyed(const void *lock) {
  if (track_annotate_destroy)
    track_annotate_destroy(lock);
}

/* The lock was found busy and this thread is about to block on it. `flags`: 0 or TRACK_SHARED. */
static inline void track_before_acquire(const void *lock, int flags) {
  if (track_annotate_request)
    track_annotate_request(lock, flags);
}

/* This thread now holds the lock. `flags`: TRACK_SHARED, TRACK_TRIED. */
static inline void track_acquired(const void *lock, int flags) {
  if (track_annotate_acquire)
    track_annotate_acquire(lock, flags);
}

/* A try found the lock busy. */
static inline void track_try_failed(const void *lock, int flags) {
  if (track_annotate_try_failed)
    track_annotate_try_failed(lock, flags);
}

/* This thread is about to release the lock. `flags`: TRACK_SHARED as it was acquired. */
static inline void track_before_release(const void *lock, int flags) {
  if (track_annotate_release)
    track_annotate_release(lock, flags);
}

/* Reports call the object at this address by this name (copied, 255 bytes at most). Any lock, condition or semaphore. */
static inline void track_named(const void *object, const char *name) {
  if (track_annotate_name)
    track_annotate_name(object, name);
}

#ifdef __cplusplus
}
#endif
#endif
