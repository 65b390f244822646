/* merge_thread.h - the part of the merge that knows threads: who begins after whose CREATE, which thread a pthread_t means. */
#ifndef INSPECTOR_MERGE_THREAD_H
#define INSPECTOR_MERGE_THREAD_H

#include "trace/merge.h"

/* False: it may not come yet, the lane is parked. */
bool merge_thread_step(struct merge *merge, struct lane *lane, const struct wide *event, uint32_t *ret_target);
/* False: no lane waits for a handle. */
bool merge_wake_handles(struct merge *merge);
/* A CHILD escape. */
void merge_thread_child(struct merge *merge, uint64_t number, uint64_t handle);
/* Its lane goes on without it. */
void merge_thread_over(struct merge *merge, uint32_t thread);
uint32_t *merge_wait_list(struct merge *merge, const struct lane *lane);
/* pthread_setname_np() for another thread. */
void merge_thread_name(struct catalog *catalog, uint64_t handle, const uint8_t *bytes, uint64_t n);

#endif
