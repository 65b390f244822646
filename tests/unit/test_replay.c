/* test_replay.c - the checker of witnesses: what it lets pass, and what it refuses and why. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"
#include "verify/replay.h"

#define LIMIT 16

struct example {
  const char *trace;
  uint64_t requests[4];  /* up to 0 */
  int64_t stops[4];      /* by thread, -1: no more */
  uint64_t order[LIMIT]; /* up to 0; none: the stops count */
  const char *why;       /* words of the refusal; NULL: it holds */
};

static const char abba[] = "T1|acq(A)|1\nT1|acq(B)|1\nT1|rel(B)|1\nT1|rel(A)|1\nT2|acq(B)|2\nT2|acq(A)|2\nT2|rel(A)|2\nT2|rel(B)|2\n";
static const char flag[] = "T1|acq(A)|1\nT1|acq(B)|1\nT1|rel(B)|1\nT1|rel(A)|1\nT1|w(x)|1\n"
                           "T2|r(x)|2\nT2|acq(B)|2\nT2|acq(A)|2\nT2|rel(A)|2\nT2|rel(B)|2\n";
static const char started[] = "T1|acq(A)|1\nT1|fork(T2)|1\nT1|acq(B)|1\nT1|rel(B)|1\nT1|rel(A)|1\n"
                              "T2|acq(B)|2\nT2|acq(A)|2\nT2|rel(A)|2\nT2|rel(B)|2\nT1|join(T2)|1\n";
static const char joined[] = "T1|acq(x)|1\nT1|fork(T2)|1\nT2|acq(y)|2\nT2|rel(y)|2\nT1|join(T2)|1\nT1|rel(x)|1\n"
                             "T3|acq(y)|3\nT3|acq(x)|3\nT3|rel(x)|3\nT3|rel(y)|3\n";
static const char waiting[] = "T1|acq(A)|1\nT1|acq(M)|1\nT1|wait(c,M)|1\nT2|acq(M)|2\nT2|signal(c)|2\nT2|rel(M)|2\n"
                              "T1|wake(c,M)|1\nT1|acq(M,cond)|1\nT1|rel(M)|1\nT1|rel(A)|1\n"
                              "T3|acq(M)|3\nT3|acq(A)|3\nT3|rel(A)|3\nT3|rel(M)|3\n";
static const char shared[] =
    "T1|acq(A,rd)|1\nT1|acq(B)|1\nT1|rel(B)|1\nT1|rel(A)|1\nT2|acq(B)|2\nT2|acq(A,rd)|2\nT2|rel(A)|2\nT2|rel(B)|2\n";
static const char tried[] = "T1|acq(A)|1\nT3|acq(Z)|3\nT2|tryfail(Z)|2\nT3|rel(Z)|3\nT1|acq(B)|1\nT1|rel(B)|1\nT1|rel(A)|1\n"
                            "T2|acq(B)|2\nT2|acq(A)|2\nT2|rel(A)|2\nT2|rel(B)|2\n";

static const struct example examples[] = {
    {abba, {2, 6}, {1, 1, -1}, {0}, NULL},
    {abba, {2, 6}, {-1}, {1, 5}, NULL},
    {abba, {2, 6}, {-1}, {5, 1}, NULL},
    {abba, {6, 2}, {1, 1, -1}, {0}, NULL},
    {abba, {2, 6}, {2, 1, -1}, {0}, "event 5 takes a lock that another thread holds"},
    {abba, {2, 6}, {1, 0, -1}, {0}, "does not block on the next thread"},
    {abba, {2, 6}, {-1}, {1, 2}, "event 2 is not where its thread has got to"},
    {abba, {2, 6}, {-1}, {2, 5}, "event 2 is not the next one of its thread"},
    {abba, {2, 6}, {-1}, {1, 1}, "event 1 is not the next one of its thread"},
    {abba, {2, 6}, {-1}, {1, 9}, "the trace has no event 9"},
    {abba, {2, 9}, {1, 1, -1}, {0}, "the trace has no event 9"},
    {abba, {2}, {1, 1, -1}, {0}, "fewer than two requests"},
    {abba, {2, 6}, {1, 9, -1}, {0}, "cannot execute 9"},
    {abba, {3, 6}, {2, 0, -1}, {0}, "event 3 asks for nothing"},
    {flag, {2, 8}, {1, 2, -1}, {0}, "event 6 reads what another write has written"},
    {started, {3, 7}, {2, 1, -1}, {0}, NULL},
    {started, {3, 7}, {-1}, {6, 1, 2}, "event 6 belongs to a thread that was not started"},
    {joined, {5, 3, 8}, {2, 0, 1, -1}, {0}, NULL},
    {joined, {5, 3, 8}, {3, 0, 1, -1}, {0}, "event 5 joins a thread that has not ended"},
    {waiting, {8, 12}, {4, 3, 1, -1}, {0}, NULL},
    {waiting, {8, 12}, {-1}, {1, 2, 3, 7, 11}, "event 7 wakes without a signal"},
    {waiting, {8, 12}, {-1}, {1, 2, 4, 5, 6, 3, 7, 11}, "event 4 takes a lock that another thread holds"},
    {shared, {2, 6}, {1, 1, -1}, {0}, "event 6 does not block on the next thread"},
    {tried, {5, 9}, {1, 2, 0, -1}, {0}, "event 3 fails to take a lock that is free"},
    {tried, {5, 9}, {-1}, {2, 3, 8, 1}, NULL},
};

static char *write_trace(const char *text) {
  const char *folder = getenv("TMPDIR");
  char *path = xasprintf("%s/replay-XXXXXX.std", folder ? folder : "/tmp");
  int fd = mkstemps(path, 4);
  CU_ASSERT_FATAL(fd >= 0);
  FILE *file = fdopen(fd, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(text, file);
  fclose(file);
  return path;
}

/* Threads in the order T1, T2, T3, whoever comes first in the trace. */
static uint32_t thread_named(const struct replay *replay, uint32_t number) {
  char name[8];
  snprintf(name, sizeof name, "T%u", number);
  const struct source_info *info = replay_info(replay);
  for (uint32_t i = 0; i < info->n_threads; i++)
    if (strcmp(info->threads[i].name, name) == 0)
      return i;
  CU_FAIL_FATAL("no such thread");
  return 0;
}

static enum replay_answer check(const struct example *example, char **ret_why) {
  char *path = write_trace(example->trace), *problem = NULL;
  struct replay *replay = NULL;
  CU_ASSERT_EQUAL_FATAL(replay_open(path, &replay, &problem), 0);
  struct replay_stop stops[4];
  struct replay_claim claim = {.requests = example->requests, .stops = stops};
  for (; claim.n_requests < 4 && example->requests[claim.n_requests]; claim.n_requests++)
    ;
  for (; claim.n_stops < 4 && example->stops[claim.n_stops] >= 0; claim.n_stops++)
    stops[claim.n_stops] = (struct replay_stop){thread_named(replay, (uint32_t)claim.n_stops + 1), (uint64_t)example->stops[claim.n_stops]};
  for (; claim.n_order < LIMIT && example->order[claim.n_order]; claim.n_order++)
    claim.order = example->order;
  enum replay_answer answer = replay_check(replay, &claim, ret_why);
  replay_close(replay);
  unlink(path);
  free(path);
  return answer;
}

static void each_claim_is_answered_with_its_reason(void) {
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    const struct example *example = &examples[i];
    char *why = NULL;
    enum replay_answer answer = check(example, &why);
    bool is_right = example->why ? answer == REPLAY_FAILS && why && strstr(why, example->why) : answer == REPLAY_HOLDS && !why;
    if (!is_right)
      fprintf(stderr, "example %zu: %s, expected %s\n", i, why ? why : "holds", example->why ? example->why : "holds");
    CU_ASSERT_TRUE(is_right);
    free(why);
  }
}

static void without_accesses_nothing_is_told(void) {
  static const char blind[] = "#! accesses: none\nT1|acq(A)|1\nT1|acq(B)|1\nT2|acq(C)|2\n";
  char *why = NULL;
  CU_ASSERT_EQUAL(check(&(struct example){blind, {3, 4}, {1, -1}, {0}, NULL}, &why), REPLAY_UNKNOWN);
  CU_ASSERT_PTR_NOT_NULL(why);
  free(why);
}

int main(void) {
  CU_initialize_registry();
  CU_pSuite suite = CU_add_suite("replay", NULL, NULL);
  CU_ADD_TEST(suite, each_claim_is_answered_with_its_reason);
  CU_ADD_TEST(suite, without_accesses_nothing_is_told);
  CU_basic_run_tests();
  int failures = (int)CU_get_number_of_failures();
  CU_cleanup_registry();
  return failures;
}
