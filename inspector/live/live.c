/* live.c - see live.h: the two looks. */
#include "live/live.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "live/live_state.h"
#include "live/process.h"
#include "util/alloc.h"

enum { ASK_PAUSE_NS = 250 * 1000 * 1000 };

struct live *live_new(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0)
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct trace_header header;
  bool is_running = file >= 0 && process_header(file, &header) && header.state == TRACE_STATE_RUNNING && header.pid;
  int process = is_running ? (int)syscall(SYS_pidfd_open, (pid_t)header.pid, 0) : -1;
  if (process < 0 || header.pid == (uint32_t)getpid() || !process_maps(header.pid, path)) {
    if (process >= 0)
      close(process);
    if (file >= 0)
      close(file);
    return NULL;
  }
  struct live *live = xcalloc(1, sizeof *live);
  *live = (struct live){.path = xstrdup(path), .file = file, .process = process, .pid = header.pid};
  return live;
}

bool live_is_over(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct trace_header header;
  bool is_read = file >= 0 && process_header(file, &header);
  if (file >= 0)
    close(file);
  return is_read && (header.state == TRACE_STATE_EXITED || (header.pid && kill((pid_t)header.pid, 0) && errno == ESRCH));
}

void live_forget(struct live *live) {
  for (uint32_t i = 0; i < live->n_doubts; i++)
    free(live->doubts[i]);
  live->n_doubts = 0;
  if (live->doubts)
    live->doubts[0] = NULL;
  judgement_done(&live->judgement);
  lanes_look_done(&live->lanes);
  live->is_hopeless = live->is_across = false;
}

void live_free(struct live *live) {
  if (!live)
    return;
  live_forget(live);
  close(live->file);
  close(live->process);
  free(live->doubts);
  free(live->seen);
  free(live->path);
  free(live);
}

/* Takes over the text. */
void live_doubt(struct live *live, char *text) {
  if (live->n_doubts + 1 >= live->doubt_capacity)
    live->doubts = grow(live->doubts, live->n_doubts + 1, &live->doubt_capacity, sizeof *live->doubts);
  live->doubts[live->n_doubts++] = text;
  live->doubts[live->n_doubts] = NULL;
}

const char *const *live_doubts(const struct live *live) {
  static const char *const none[] = {NULL};
  return live->doubts ? (const char *const *)live->doubts : none;
}

const struct judgement *live_judgement(const struct live *live) {
  return &live->judgement;
}

bool live_is_hopeless(const struct live *live) {
  return live->is_hopeless;
}

uint64_t live_judging_ns(const struct live *live) {
  return live->judging_ns;
}

bool live_is_across(const struct live *live) {
  return live->is_across;
}

bool live_says_stuck(const struct live *live) {
  return live->says_stuck;
}

const char *live_path(const struct live *live) {
  return live->path;
}

uint32_t live_pid(const struct live *live) {
  return live->pid;
}

bool live_end(struct live *live) {
  return process_maps(live->pid, live->path) && !syscall(SYS_pidfd_send_signal, live->process, SIGKILL, NULL, 0);
}

static bool is_over(const struct live *live, const struct trace_header *header) {
  struct pollfd end = {.fd = live->process, .events = POLLIN};
  return header->state != TRACE_STATE_RUNNING || poll(&end, 1, 0) > 0;
}

/* Since when each lane ends where it does. */
static void note_tails(struct live *live, const struct lanes_look *lanes, uint64_t now_ns) {
  for (uint32_t i = 0; i < lanes->n; i++) {
    const struct lane_look *lane = &lanes->items[i];
    if (i >= live->seen_capacity)
      live->seen = grow(live->seen, i, &live->seen_capacity, sizeof *live->seen);
    struct seen *seen = &live->seen[i];
    if (seen->since_ns && seen->tid == lane->tid && seen->number == lane->number && seen->used_bytes == lane->used_bytes)
      continue;
    *seen = (struct seen){.tid = lane->tid, .number = lane->number, .used_bytes = lane->used_bytes, .since_ns = now_ns};
  }
}

static enum live_answer look_at(struct live *live, uint64_t now_ns, uint64_t patience_ns, bool is_thorough) {
  struct trace_header header;
  struct lanes_look lanes;
  live_forget(live);
  live->judging_ns = 0;
  if (!process_header(live->file, &header) || is_over(live, &header))
    return LIVE_GONE;
  live->says_stuck = header.stuck;
  if (!lanes_look(&lanes, live->file, &header)) {
    live_doubt(live, xstrdup("its recording does not tell where its threads are"));
    return LIVE_ON;
  }
  note_tails(live, &lanes, now_ns);
  struct look look = {.lanes = lanes, .now_ns = now_ns, .patience_ns = patience_ns, .is_thorough = is_thorough};
  enum live_answer answer = live_ask_everybody(live, &look);
  if (answer == LIVE_ON)
    answer = live_ask_circle(live, &look);
  live->lanes = lanes;
  return answer;
}

enum live_answer live_look(struct live *live, uint64_t now_ns, uint64_t patience_ns) {
  return look_at(live, now_ns, patience_ns, false);
}

enum live_answer live_ask(struct live *live) {
  const struct timespec pause = {0, ASK_PAUSE_NS};
  enum live_answer answer = look_at(live, 1, UINT64_MAX, false); /* only where the lanes end */
  if (answer == LIVE_GONE)
    return answer;
  nanosleep(&pause, NULL);
  return look_at(live, 1 + ASK_PAUSE_NS, ASK_PAUSE_NS, true);
}
