/* compare.c - who hangs, said by the analysis and by trying everything, on random tiny programs.
 *
 *   oracle_hangs PROGRAMS [FIRST_SEED]
 *
 * Each program is run in a random order, to its end or to some point before. Then: whoever the wait-for graph calls stuck takes no other
 * step in any schedule; it is stuck by locks and joins exactly if who holds what says so; when nobody may take a step, everybody who lives
 * is stuck, and something is reported; and what is reported of is stuck. Ends with 1 and the program on the first difference. */
#include <stdio.h>
#include <stdlib.h>

#include "detect/detector.h"
#include "detect/wait_graph.h"
#include "program.h"

struct run {
  struct program program;
  struct machine machine;
  struct happening seen[MAX_HAPPENINGS];
  int n_seen;
  struct source_info info;
  struct source_thread threads[N_THREADS];
  struct source_place places[N_OBJECTS];
  struct findings *findings;
  struct model *model;
  uint64_t random;
};

struct totals {
  int programs, over, stuck, all_stuck, circles, kinds[4];
};

static uint32_t next(struct run *run, uint32_t n) {
  run->random ^= run->random << 13;
  run->random ^= run->random >> 7;
  run->random ^= run->random << 17;
  return (uint32_t)((run->random >> 24) % n);
}

static void note(struct run *run, struct happening happening) {
  run->seen[run->n_seen++] = happening;
}

static bool step(struct run *run) {
  int able[N_THREADS], n = 0;
  for (int i = 0; i < run->program.n_threads; i++)
    if (machine_may_step(&run->program, &run->machine, i))
      able[n++] = i;
  if (!n)
    return false;
  run->n_seen += machine_step(&run->program, &run->machine, able[next(run, (uint32_t)n)], next(run, N_THREADS), run->seen + run->n_seen);
  return true;
}

static void execute(struct run *run, uint64_t seed) {
  run->random = seed * 0xd1342543de82ef95ull + 7;
  program_make(&run->program, seed);
  for (int place = SEMAPHORE_A; place <= BARRIER_OF_TWO; place++)
    note(run, (struct happening){TRACE_INIT, 0, 0, (uint8_t)place, 0});
  for (int i = 1; i < run->program.n_threads; i++)
    note(run, (struct happening){TRACE_CREATE, 0, 0, (uint8_t)i, 0});
  uint32_t limit = next(run, 3) ? UINT32_MAX : next(run, 20);
  while (limit-- && run->n_seen + 4 < MAX_HAPPENINGS && step(run))
    ;
}

static uint16_t kind_of(unsigned place) {
  static const uint16_t kinds[N_OBJECTS] = {
      TRACE_KIND_MUTEX,     TRACE_KIND_MUTEX,     TRACE_KIND_MUTEX,     TRACE_KIND_RWLOCK,    TRACE_KIND_RWLOCK | TRACE_TYPE_PREFER_WRITER,
      TRACE_KIND_SEMAPHORE, TRACE_KIND_SEMAPHORE, TRACE_KIND_CONDITION, TRACE_KIND_CONDITION, TRACE_KIND_BARRIER};
  return kinds[place];
}

static struct event event_of(const struct happening *h, int i) {
  bool is_thread = h->op == TRACE_CREATE || h->op == TRACE_JOIN || h->op == TRACE_JOIN_REQ,
       is_wait = h->op == TRACE_WAIT || h->op == TRACE_WAKE;
  return (struct event){.ordinal = (uint64_t)i + 1,
                        .thread = h->thread,
                        .place = h->place,
                        .place2 = is_wait ? h->mutex : NO_INDEX,
                        .site = (uint32_t)i + 1,
                        .object = NO_INDEX,
                        .object2 = NO_INDEX,
                        .op = h->op,
                        .mode = h->mode,
                        .kind = is_thread || h->op == TRACE_THREAD_END ? 0 : kind_of(h->place),
                        .value = h->op == TRACE_INIT && h->place == BARRIER_OF_TWO ? 2 : 0};
}

/* All the detectors of hangs, fed as analysis.c does. */
static void analyse(struct run *run) {
  void *states[16];
  run->info = (struct source_info){
      .threads = run->threads, .n_threads = (uint32_t)run->program.n_threads, .places = run->places, .n_places = N_OBJECTS};
  run->findings = findings_new();
  run->findings->by_name = true;
  run->model = model_new(&run->info);
  for (int d = 0; hang_detectors[d]; d++)
    states[d] = calloc(1, hang_detectors[d]->state_size + 1);
  for (int i = 0; i < run->n_seen; i++) {
    struct event event = event_of(&run->seen[i], i);
    model_judge(run->model, &event);
    for (int d = 0; hang_detectors[d]; d++)
      if (hang_detectors[d]->event && hang_detectors[d]->ops & OP_BIT(event.op))
        hang_detectors[d]->event(states[d], run->model, &event, run->findings);
    model_apply(run->model, &event);
  }
  for (int d = 0; hang_detectors[d]; d++) {
    hang_detectors[d]->finish(states[d], run->model, run->findings);
    if (hang_detectors[d]->done)
      hang_detectors[d]->done(states[d]);
    free(states[d]);
  }
}

static unsigned threads_of_findings(const struct run *run, unsigned *ret_n) {
  unsigned set = 0;
  *ret_n = 0;
  for (size_t i = 0; i < run->findings->n_items; i++) {
    const struct finding *finding = run->findings->items[i];
    if (!finding->is_hang || finding->verdict != VERDICT_OBSERVED)
      continue;
    ++*ret_n;
    for (uint32_t k = 0; k < finding->n_threads; k++)
      set |= 1u << finding->threads[k].thread;
  }
  return set;
}

static unsigned living(const struct run *run) {
  unsigned set = 0;
  for (int i = 0; i < run->program.n_threads; i++)
    set |= run->machine.phase[i] != PHASE_ENDED ? 1u << i : 0;
  return set;
}

static bool nobody_may_step(const struct run *run) {
  for (int i = 0; i < run->program.n_threads; i++)
    if (machine_may_step(&run->program, &run->machine, i))
      return false;
  return true;
}

static const char *difference(const struct run *run, const struct wait_graph *graph, unsigned truth, struct totals *totals) {
  unsigned stuck = 0, n_findings, lives = living(run), held_up = machine_held_up(&run->program, &run->machine);
  for (int i = 0; i < run->program.n_threads; i++)
    stuck |= graph->is_stuck[i] ? 1u << i : 0;
  unsigned told = threads_of_findings(run, &n_findings);
  bool is_over = nobody_may_step(run), all_stuck = is_over && lives;
  totals->programs++;
  totals->over += is_over;
  totals->stuck += stuck != 0;
  totals->all_stuck += all_stuck;
  totals->circles += held_up != 0;
  if (stuck & ~truth)
    return "a thread is called stuck that may go on";
  if (lives && graph->is_closed != all_stuck)
    return "the world is open, and called closed, or the other way round";
  if (!graph->is_closed && stuck != held_up)
    return "not those are stuck who are held up by locks and joins";
  if (all_stuck && stuck != lives)
    return "nobody may go on, and somebody is not called stuck";
  if (told & ~truth)
    return "a thread is reported that may go on";
  if (!n_findings != !stuck)
    return "somebody is stuck and nothing is reported, or the other way round";
  return NULL;
}

static bool compare(uint64_t seed, struct totals *totals) {
  struct run run = {0};
  execute(&run, seed);
  analyse(&run);
  struct wait_graph graph = wait_graph_find(run.model);
  unsigned truth = 0;
  const char *what = machine_stuck(&run.program, &run.machine, &truth) ? difference(&run, &graph, truth, totals) : NULL;
  if (what) {
    program_print(&run.program);
    for (int i = 0; i < run.n_seen; i++)
      printf("%d: T%d op %d mode %d place %d\n", i + 1, run.seen[i].thread + 1, run.seen[i].op, run.seen[i].mode, run.seen[i].place);
    for (size_t i = 0; i < run.findings->n_items; i++)
      printf("%s %s: %s\n", run.findings->items[i]->kind, verdict_text(run.findings->items[i]->verdict), run.findings->items[i]->message);
    printf("seed %llu: %s (truth %x)\n", (unsigned long long)seed, what, truth);
  }
  wait_graph_done(&graph);
  model_free(run.model);
  findings_free(run.findings);
  return !what;
}

int main(int argc, char **argv) {
  long programs = argc > 1 ? atol(argv[1]) : 2000, first = argc > 2 ? atol(argv[2]) : 1;
  struct totals totals = {0};
  for (long i = 0; i < programs; i++)
    if (!compare((uint64_t)(first + i), &totals))
      return 1;
  printf("%d programs, %d run to their end: in %d somebody is stuck, in %d everybody, in %d by locks and joins\n", totals.programs,
         totals.over, totals.stuck, totals.all_stuck, totals.circles);
  return totals.all_stuck && totals.circles && totals.stuck > totals.all_stuck && totals.over < totals.programs ? 0 : 1;
}
