/* lane.c - the buffer of a thread: mapped from the file, flushed behind it, handed on with its dictionary when the thread ends.
 *
 * A flush first writes the content as BLOCK `number`, then empties the lane, then raises its number: whatever the kill falls
 * between, the reader finds every record once. */
#include <string.h>
#include <sys/mman.h>

#include "record/process.h"
#include "record/record.h"
#include "record/sandbox.h"
#include "record/sys.h"

struct thread_state track_nobody;
__thread struct thread_state *track_thread __attribute__((tls_model("initial-exec"))) = &track_nobody;

enum { MANY_LANES = 64, FRESH_PARTS = 64 };

void lane_forget_sites(struct thread_state *ts) {
  memset(ts->sites, 0, sizeof ts->sites);
  memset(ts->slots, 0, sizeof ts->slots);
  memset(ts->known, 0, sizeof ts->known);
  memset(ts->wild_sites, 0, sizeof ts->wild_sites);
  memset(ts->site_slots, 0, sizeof ts->site_slots);
  ts->n_sites = ts->n_slots = ts->n_steered = 0;
}

/* For a part that starts anew: what the reader forgets there. */
static void lane_forget(struct thread_state *ts) {
  lane_forget_sites(ts);
  if (ts->has_recalls)
    memset(ts->recalls, 0, sizeof ts->recalls);
  ts->has_recalls = false;
  ts->n_last_pcs = 0;
  ts->last_address = 0;
}

static uint32_t lane_bytes(uint32_t lane) {
  uint32_t bytes = track_options.lane_kib * 1024;
  return lane < MANY_LANES ? bytes : bytes / 4 < 16384 ? 16384 : bytes / 4;
}

static struct thread_state *lane_new(struct process *p) {
  struct thread_state *ts = sys_memory(sizeof *ts);
  if (!ts)
    return NULL;
  if (!track_is_sandboxed)
    sys_call3(SYS_madvise, ts, sizeof *ts, MADV_WIPEONFORK);
  uint32_t lane = __atomic_fetch_add(&p->n_lanes, 1, __ATOMIC_RELAXED), bytes = lane_bytes(lane);
  int64_t offset = track_is_sandboxed ? -28 : file_reserve(bytes, TRACE_LANE_ALIGN);
  struct trace_region *region = track_is_sandboxed ? sandbox_file(bytes, TRACE_LANE_ALIGN) : offset < 0 ? NULL : file_map((uint64_t)offset, bytes);
  if (!region) {
    sys_memory_free(ts, sizeof *ts);
    file_failed(offset < 0 ? (int)offset : -28);
    return NULL;
  }
  ts->region = region;
  ts->base = (uint8_t *)(region + 1);
  ts->capacity = bytes - (uint32_t)sizeof *region;
  ts->pos = ts->base;
  ts->flush_at = ts->base + ts->capacity - LANE_MARGIN;
  ts->time = clock_now();
  region->lane = lane;
  region->number = 0;
  region->capacity_bytes = ts->capacity;
  region->ticks = ts->time;
  region->flags = TRACE_REGION_FRESH;
  __atomic_store_n(&region->used_bytes, 0, __ATOMIC_RELEASE);
  __atomic_store_n(&region->kind, TRACE_REGION_LANE, __ATOMIC_RELEASE);
  __atomic_fetch_add(&p->header->n_lanes, 1, __ATOMIC_RELAXED);
  ts->recording = track_recording_number;
  process_lock();
  region->next_lane = p->header->last_lane;
  if (offset > 0)
    __atomic_store_n(&p->header->last_lane, (uint32_t)((uint64_t)offset / TRACE_LANE_ALIGN), __ATOMIC_RELEASE);
  ts->next_lane = p->all_lanes;
  p->all_lanes = ts;
  process_unlock();
  return ts;
}

struct thread_state *lane_get(uintptr_t stack_top) {
  struct process *p = track_process;
  process_lock();
  struct thread_state *ts = p->free_lanes;
  if (ts)
    p->free_lanes = ts->next_free;
  process_unlock();
  if (!ts)
    return lane_new(p);
  if (ts->stack_top != stack_top) /* the checks of its sites would read a stack that may be gone */
    lane_forget_sites(ts);
  return ts;
}

void lane_put(struct thread_state *ts) {
  if (ts->recording != track_recording_number)
    return;
  process_lock();
  ts->next_free = track_process->free_lanes;
  track_process->free_lanes = ts;
  process_unlock();
}

/* How many events a lost buffer held is not worth knowing exactly: the shortest record is two bytes, the usual one three. */
static void lane_lost(struct thread_state *ts, uint32_t bytes, int error) {
  file_failed(error);
  record_dropped(bytes / 3 + 1);
  lane_forget(ts); /* its definitions are lost */
}

static void flush(struct thread_state *ts) {
  struct process *p = track_process;
  uint32_t used = (uint32_t)(ts->pos - ts->base);
  struct trace_region block = {.kind = TRACE_REGION_BLOCK,
                               .lane = ts->region->lane,
                               .number = ts->region->number,
                               .capacity_bytes = (used + TRACE_REGION_ALIGN - 1) & ~(TRACE_REGION_ALIGN - 1),
                               .used_bytes = used,
                               .checksum = trace_checksum(ts->base, used),
                               .ticks = ts->region->ticks,
                               .flags = ts->region->flags};
  int error = file_write_region(&block, ts->base);
  if (error)
    lane_lost(ts, used, error);
  ts->pos = ts->base;
  ts->region->ticks = ts->time;
  if (!error && (block.number + 1) % FRESH_PARTS == 0) { /* so that damage costs some megabytes of a lane, not all that follows */
    lane_forget(ts);
  }
  ts->region->flags = error || (block.number + 1) % FRESH_PARTS == 0 ? TRACE_REGION_FRESH : 0;
  __atomic_store_n(&ts->region->used_bytes, 0, __ATOMIC_RELEASE);
  __atomic_store_n(&ts->region->number, block.number + 1, __ATOMIC_RELEASE);
  if (!track_is_sandboxed)
    p->header->ticks_per_s = clock_rate(p->start, clock_point_now());
}

void lane_flush(struct thread_state *ts) {
  uint64_t mask = signals_block();
  if (ts->pos > ts->base)
    flush(ts);
  signals_restore(mask);
}

void lane_restart(struct thread_state *ts) {
  uint64_t mask = signals_block();
  if (ts->pos > ts->base)
    flush(ts);
  lane_forget(ts);
  ts->region->flags = TRACE_REGION_FRESH;
  ts->region->ticks = ts->time;
  signals_restore(mask);
}

/* A thread in the middle of an event leaves its lane behind that, see record_settle(); one between two events before its next one, which may belong
 * to another recording, see record_attach(). */
void lanes_stop(struct process *p) {
  uint64_t mask = signals_block();
  process_lock();
  for (struct thread_state *ts = p->all_lanes; ts; ts = ts->next_lane) {
    __atomic_store_n(&ts->flush_at, NULL, __ATOMIC_RELAXED);
    __atomic_compare_exchange_n(&ts->event, &(uintptr_t){NO_EVENT}, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
  }
  process_unlock();
  signals_restore(mask);
}

/* `ts` is all zeros, and the interrupted event may be anywhere between its begin and its end. record_settle() lets it go. */
void lane_orphan(struct thread_state *ts) {
  struct trace_region *region = sys_memory(sizeof *region + 4 * LANE_MARGIN);
  if (!region)
    return;
  ts->region = region;
  ts->base = ts->pos = (uint8_t *)(region + 1);
  for (int i = 0; i < SLOT_SETS; i++)
    for (int way = 0; way < SLOT_WAYS; way++)
      ts->slots[i][way].object = object_nowhere();
  ts->wild = &ts->recalls[0];
}
