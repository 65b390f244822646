/* compare.c - the deadlock detector against exhaustive search, on random tiny traces.
 *
 *   oracle_compare TRACES [FIRST_SEED [FEATURES]]
 *
 * Of every trace: each `predicted` finding is a deadlock that some correct reordering reaches, and its witness holds; each
 * deadlock that one with the order of the trace reaches is predicted; each that any reaches is at least `potential`, so that
 * no filter drops it; no `benign` one is; where the search says that there is no reordering, there is none. Ends with 1 and
 * the trace on the first difference, and with 1 if less than 95 % of all that can happen is predicted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brute.h"
#include "detect/detector.h"
#include "support/proof.h"
#include "verify/replay.h"

struct run {
  const struct history *history;
  struct source_info info;
  struct source_thread threads[MAX_THREADS];
  struct source_place places[N_PLACES];
  struct findings *findings;
  struct model *model;
};

static uint16_t kind_of(const struct history *history, int place) {
  if (is_once(history, place))
    return TRACE_KIND_ONCE;
  if (place < N_LOCKS)
    return is_rwlock(history, place) ? TRACE_KIND_RWLOCK : TRACE_KIND_MUTEX;
  static const uint16_t kinds[N_PLACES] = {
      [CONDITION] = TRACE_KIND_CONDITION, [SEMAPHORE] = TRACE_KIND_SEMAPHORE, [BARRIER] = TRACE_KIND_BARRIER,
      [EVENT] = TRACE_KIND_TRACK_EVENT,   [QUEUE] = TRACE_KIND_QUEUE,         [LOCAL] = TRACE_KIND_LOCAL};
  return kinds[place];
}

static struct event event_of(const struct history *history, int i) {
  const struct happening *h = &history->events[i];
  struct event event = {.ordinal = (uint64_t)i + 1,
                        .thread = h->thread,
                        .place = h->place,
                        .place2 = h->op == TRACE_WAIT || h->op == TRACE_WAKE ? 0 : NO_INDEX,
                        .site = (uint32_t)i + 1,
                        .object = NO_INDEX,
                        .object2 = NO_INDEX,
                        .op = h->op,
                        .mode = h->mode};
  event.kind = h->op == TRACE_CREATE || h->op == TRACE_JOIN ? 0 : kind_of(history, h->place);
  if (h->op == TRACE_INIT)
    event.value = (uint64_t)history->parties;
  return event;
}

static void run_init(struct run *run, const struct history *history) {
  *run = (struct run){.history = history, .findings = findings_new()};
  run->info = (struct source_info){.is_text = true,
                                   .ended_in_order = true,
                                   .accesses = ACCESSES_COMPLETE,
                                   .threads = run->threads,
                                   .n_threads = (uint32_t)history->n_threads,
                                   .places = run->places,
                                   .n_places = N_PLACES};
  run->findings->by_name = true;
}

static void read_through(struct run *run, void *state, bool is_again) {
  const struct detector *detector = &detector_deadlock;
  model_free(run->model);
  run->model = model_new(&run->info);
  for (int i = 0; i < run->history->n; i++) {
    struct event event = event_of(run->history, i);
    model_judge(run->model, &event);
    if ((is_again ? detector->again_ops : detector->ops) >> event.op & 1)
      (is_again ? detector->again : detector->event)(state, run->model, &event, run->findings);
    model_apply(run->model, &event);
  }
  (is_again ? detector->finish_again : detector->finish)(state, run->model, run->findings);
}

static void run_detector(struct run *run) {
  void *state = calloc(1, detector_deadlock.state_size);
  if (!state)
    abort();
  struct detect_options options = {.want_benign = true};
  detector_deadlock.start(state, &options);
  read_through(run, state, false);
  while (detector_deadlock.wants_again(state))
    read_through(run, state, true);
  detector_deadlock.done(state);
  free(state);
}

/* What a prediction claims is executed by the checker that knows nothing of the detector. */
static const char *first_unproven(const struct run *run) {
  struct event events[MAX_EVENTS];
  for (int i = 0; i < run->history->n; i++)
    events[i] = event_of(run->history, i);
  struct replay *replay = replay_new();
  replay_read(replay, &run->info, events, (size_t)run->history->n);
  replay_ready(replay);
  bool is_proven = true;
  for (size_t i = 0; i < run->findings->n_items; i++) {
    char *why = proof_missing_in(replay, run->findings->items[i]);
    if (why)
      printf("witness: %s\n", why);
    is_proven &= !why;
    free(why);
  }
  replay_close(replay);
  return is_proven ? NULL : "a witness that does not hold";
}

static void run_done(struct run *run) {
  model_free(run->model);
  findings_free(run->findings);
}

/* What a set of events asks for, as bits of (thread, lock or thread). */
static uint64_t asked_by_set(const struct history *history, uint32_t set) {
  uint64_t asked = 0;
  for (int i = 0; i < history->n; i++) {
    const struct happening *h = &history->events[i];
    if (set >> i & 1)
      asked |= UINT64_C(1) << (h->thread * 8 + (h->op == TRACE_JOIN ? 4 : 0) + h->place);
  }
  return asked;
}

static uint32_t finding_set(const struct finding *finding) {
  uint32_t set = 0;
  for (uint32_t i = 0; i < finding->n_events; i++)
    set |= 1u << (finding->events[i] - 1);
  return set;
}

static uint64_t asked_by_finding(const struct run *run, const struct finding *finding) {
  return asked_by_set(run->history, finding_set(finding));
}

static bool has_set(const struct deadlocks *deadlocks, uint32_t set) {
  for (int i = 0; i < deadlocks->n; i++)
    if (deadlocks->sets[i] == set)
      return true;
  return false;
}

static bool has_asked(const struct run *run, const struct deadlocks *deadlocks, uint64_t asked) {
  for (int i = 0; i < deadlocks->n; i++)
    if (asked_by_set(run->history, deadlocks->sets[i]) == asked)
      return true;
  return false;
}

static bool is_found(const struct run *run, uint32_t set, enum verdict least) {
  for (size_t i = 0; i < run->findings->n_items; i++) {
    const struct finding *finding = run->findings->items[i];
    if (finding->verdict >= least && asked_by_finding(run, finding) == asked_by_set(run->history, set))
      return true;
  }
  return false;
}

static bool says_none(const struct finding *finding) {
  return strstr(finding->reason, "no reordering of the run leads there that keeps what every thread saw") != NULL;
}

static const char *first_difference(const struct run *run, const struct deadlocks *same_order, const struct deadlocks *any_order) {
  for (size_t i = 0; i < run->findings->n_items; i++) {
    const struct finding *finding = run->findings->items[i];
    if (finding->verdict >= VERDICT_PREDICTED && !has_set(any_order, finding_set(finding)))
      return "a predicted deadlock that nothing reaches";
    if (finding->verdict == VERDICT_POTENTIAL && says_none(finding) && has_asked(run, any_order, asked_by_finding(run, finding)))
      return "a deadlock that the search says cannot be reached";
    if (finding->verdict == VERDICT_BENIGN && has_asked(run, any_order, asked_by_finding(run, finding)))
      return "a benign cycle that deadlocks";
  }
  for (int i = 0; i < same_order->n; i++)
    if (!is_found(run, same_order->sets[i], VERDICT_PREDICTED))
      return "a deadlock in the order of the trace that is not predicted";
  for (int i = 0; i < any_order->n; i++)
    if (!is_found(run, any_order->sets[i], VERDICT_POTENTIAL))
      return "a deadlock that is not even potential";
  return NULL;
}

static void print_sets(const char *name, const struct deadlocks *deadlocks) {
  printf("%s:", name);
  for (int i = 0; i < deadlocks->n; i++) {
    printf(" ");
    for (int k = 0; k < 32; k++)
      if (deadlocks->sets[i] >> k & 1)
        printf("%d+", k + 1);
  }
  printf("\n");
}

static void print_findings(const struct run *run) {
  for (size_t i = 0; i < run->findings->n_items; i++) {
    const struct finding *finding = run->findings->items[i];
    printf("%s %s:", verdict_text(finding->verdict), finding->benign ? finding->benign : "");
    for (uint32_t k = 0; k < finding->n_events; k++)
      printf(" %llu", (unsigned long long)finding->events[k]);
    printf(" %s\n", finding->message);
  }
}

struct totals {
  int traces, same_order, any_order, found, predicted, potential, benign;
};

static void count(struct totals *totals, const struct run *run, const struct deadlocks *same_order, const struct deadlocks *any_order) {
  totals->traces++;
  totals->same_order += same_order->n;
  totals->any_order += any_order->n;
  for (int i = 0; i < any_order->n; i++)
    totals->found += is_found(run, any_order->sets[i], VERDICT_PREDICTED);
  for (size_t i = 0; i < run->findings->n_items; i++) {
    enum verdict verdict = run->findings->items[i]->verdict;
    totals->predicted += verdict == VERDICT_PREDICTED;
    totals->potential += verdict == VERDICT_POTENTIAL;
    totals->benign += verdict == VERDICT_BENIGN;
  }
}

static bool compare(const struct history *history, struct totals *totals) {
  static const char *const names[] = {"in the order of the trace", "in any order"};
  struct deadlocks same_order, any_order;
  brute_search(history, SAME_ORDER, &same_order);
  brute_search(history, ANY_ORDER, &any_order);
  struct run run;
  run_init(&run, history);
  run_detector(&run);
  const char *difference = first_difference(&run, &same_order, &any_order);
  if (!difference)
    difference = first_unproven(&run);
  count(totals, &run, &same_order, &any_order);
  if (difference) {
    history_print(history);
    print_sets(names[0], &same_order);
    print_sets(names[1], &any_order);
    print_findings(&run);
    printf("%s\n", difference);
  }
  run_done(&run);
  return !difference;
}

/* Features one by one, then together. */
static const unsigned feature_sets[] = {0,
                                        WITH_ACCESSES,
                                        WITH_RWLOCKS,
                                        WITH_TRIES,
                                        WITH_CONDITION,
                                        WITH_SEMAPHORE,
                                        WITH_BARRIER,
                                        WITH_ONCE,
                                        WITH_EVENT,
                                        WITH_QUEUE,
                                        WITH_REENTRY,
                                        WITH_REENTRY | WITH_CONDITION | WITH_ACCESSES,
                                        WITH_RWLOCKS | WITH_TRIES,
                                        ALL_FEATURES};

int main(int argc, char **argv) {
  long traces = argc > 1 ? atol(argv[1]) : 2000, first = argc > 2 ? atol(argv[2]) : 1;
  struct totals totals = {0};
  for (long i = 0; i < traces; i++) {
    uint64_t seed = (uint64_t)(first + i);
    unsigned features = argc > 3 ? (unsigned)atoi(argv[3]) : feature_sets[seed % (sizeof feature_sets / sizeof *feature_sets)];
    struct history history;
    history_make(&history, seed, features);
    if (!compare(&history, &totals))
      return 1;
  }
  printf("%d traces: %d deadlocks in the order of the trace, %d in any order, %d of them found; %d predicted, %d potential, %d benign\n",
         totals.traces, totals.same_order, totals.any_order, totals.found, totals.predicted, totals.potential, totals.benign);
  bool is_enough = totals.found * 100 >= totals.any_order * 95;
  return is_enough && totals.same_order && totals.predicted && totals.benign ? 0 : 1;
}
