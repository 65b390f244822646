/* gen_trace.c - writes a recording of a given size, to measure how quickly recordings are read.
 *
 *   gen_trace FILE [EVENTS [LANES [SHARED]]]     defaults: 50000000 4 20
 *
 * Threads lock and unlock; of a hundred critical sections SHARED are on one of 8 locks that all threads use, the rest on one of
 * 64 locks of the thread's own. Threads take turns at random, a few sections each, as on that many cores. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/trace_writer.h"

enum { OWN_LOCKS = 64, SHARED_LOCKS = 8, MAX_LANES = 256 };

static uint64_t random_next(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

struct workload {
  struct trace_writer *writer;
  uint64_t random, now;
  uint32_t shared_percent;
  uint32_t numbers[(MAX_LANES + 1) * OWN_LOCKS];
  uint32_t sites[MAX_LANES];
};

static void section(struct workload *w, uint32_t lane) {
  bool is_shared = random_next(&w->random) % 100 < w->shared_percent;
  uint32_t lock = is_shared ? random_next(&w->random) % SHARED_LOCKS : (lane + 1) * OWN_LOCKS + random_next(&w->random) % OWN_LOCKS;
  struct written_event event = {.time = w->now, .address = 0x55550000u + lock * 64, .kind = TRACE_KIND_MUTEX, .site = w->sites[lane]};
  event.op = TRACE_ACQ;
  event.number = ++w->numbers[lock];
  trace_writer_event(w->writer, lane, &event);
  event.op = TRACE_REL;
  trace_writer_event(w->writer, lane, &event);
  w->now += 1 + random_next(&w->random) % 8;
}

static void begin_threads(struct workload *w, uint32_t lanes) {
  for (uint32_t lane = 0; lane < lanes; lane++) {
    uint64_t stack[] = {0x401000 + lane * 16, 0x402000, 0x403000};
    trace_writer_begin(w->writer, lane, w->now, lane + 1, 0x7f0000000000 + lane * 4096);
    w->sites[lane] = trace_writer_site(w->writer, lane, 0x7ffc00000000 + lane * 65536, stack, 3);
    for (uint32_t child = 2; lane == 0 && child <= lanes; child++)
      trace_writer_wide(w->writer, 0, &(struct written_event){.time = w->now, .op = TRACE_CREATE, .value = child});
  }
}

int main(int argc, char **argv) {
  static struct workload w = {.random = 88172645463325252u, .now = 2000};
  uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 50000000;
  uint32_t lanes = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 4;
  w.shared_percent = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 20;
  if (argc < 2 || argc > 5 || lanes == 0 || lanes > MAX_LANES) {
    fprintf(stderr, "usage: gen_trace FILE [EVENTS [LANES(1-%d) [SHARED]]]\n", MAX_LANES);
    return 2;
  }
  w.writer = trace_writer_new(argv[1]);
  begin_threads(&w, lanes);
  for (uint64_t n = 2 * lanes; n < events;) {
    uint32_t lane = random_next(&w.random) % lanes;
    for (uint64_t run = 1 + random_next(&w.random) % 4; run && n < events; run--, n += 2)
      section(&w, lane);
  }
  trace_writer_end(w.writer);
  return 0;
}
