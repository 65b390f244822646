/* process.h - the recording of this process: its file, its lanes, its counters. The one process struct.
 *
 * It lies in memory that a forked child sees as zeros, like thread_state: the child finds state 0 and starts a recording of its
 * own at its first event. What a child must know of its parent is in `lineage`, plain memory.
 *
 * `lock` protects the lists of lanes and the module list. It is taken only with all signals blocked, so that no signal handler of ours
 * waits for it, and nothing else is ever taken while it is held. */
#ifndef TRACK_PROCESS_H
#define TRACK_PROCESS_H

#include "record/clock.h"
#include "record/options.h"
#include "record/thread_state.h"
#include "waits/steer.h"

enum process_state { PROCESS_NEW, PROCESS_STARTING, PROCESS_RECORDING, PROCESS_OFF };

struct process {
  uint32_t state; /* enum process_state */
  uint32_t lock;
  int fd;
  uint64_t device, inode; /* of the file behind fd: somebody may close it and open another */
  struct trace_header *header;
  struct trace_session *session; /* may be NULL */
  struct clock_point start;
  struct thread_state *free_lanes, *all_lanes;
  int error; /* why it could not start, -errno */
  uint32_t n_lanes, n_threads;
  uint32_t n_forks;
  uint64_t module_changes; /* adds + subs at the last list */
  bool has_ended;
  struct steer_gates gates;
  char path[OPTION_TEXT_BYTES + 128];
};

extern HIDDEN struct process *track_process; /* never NULL once process_ready() was asked */
extern HIDDEN struct options track_options;
extern HIDDEN bool track_recording_is_late; /* it did not begin with the process */
extern HIDDEN uint32_t track_recording_number; /* how many this process and those it was forked from have begun */

/* Ask for a recording now, whatever the environment says; end it. 0 or an errno value. */
HIDDEN int process_record(const char *folder);
HIDDEN int process_stop(void);
HIDDEN void lanes_stop(struct process *p);

/* True when this process records; starts the recording at the first call, if one is asked for. */
HIDDEN bool process_ready(void);
HIDDEN void process_lock(void);
HIDDEN void process_unlock(void);

/* `bytes` of the file from a multiple of `align`; -errno when the file may not grow that far. */
HIDDEN int64_t file_reserve(uint64_t bytes, uint64_t align);
/* Header and content as one region. Returns 0 or -errno. */
HIDDEN int file_write_region(const struct trace_region *region, const void *content);
/* Maps `bytes` of the file at `offset`, their blocks allocated; NULL when that fails. */
HIDDEN void *file_map(uint64_t offset, uint64_t bytes);
HIDDEN void file_failed(int error);
HIDDEN int move_up(int fd);

/* The calling thread takes no signal in between: one would meet a lock of ours, or jump out of here. */
HIDDEN uint64_t signals_block(void);
HIDDEN void signals_restore(uint64_t mask);

/* Once more around a loop that waits for another thread. */
HIDDEN void pause_a_little(unsigned n_pauses);

/* Two halves of a fork in a signal handler that interrupted an event: the child goes on with that event when the handler returns, and
 * must find a lane, if one that nobody reads. */
HIDDEN void thread_before_fork(void);
HIDDEN void thread_after_fork(void);
HIDDEN void lane_orphan(struct thread_state *ts);
HIDDEN struct object *object_nowhere(void);

/* Something besides its threads may act in this process: enum trace_waker bits. From signal handlers, too. */
HIDDEN void process_note_waker(uint32_t bits);

/* What fork and dlopen mean to the list of modules. */
HIDDEN void modules_before_fork(void);
HIDDEN void modules_after_fork(bool is_child);
HIDDEN void modules_change(void);

HIDDEN void thread_make_key(void);

/* Highest address of the first thread's stack. */
HIDDEN uintptr_t main_stack_top(void);

HIDDEN struct thread_state *lane_get(uintptr_t stack_top);
HIDDEN void lane_put(struct thread_state *ts);
HIDDEN void lane_flush(struct thread_state *ts);
HIDDEN void lane_restart(struct thread_state *ts); /* flush, and let nothing that follows rest on what was before */
HIDDEN void lane_forget_sites(struct thread_state *ts);

#endif
