/* live.c - inspector live: who waits for whom in a recorded process that runs, and does it hang? */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/usage.h"
#include "live/judge.h"
#include "live/live.h"
#include "live/process.h"
#include "live/tasks.h"
#include "report/reporter.h"
#include "util/text.h"

static error_t parse_live_option(int key, char *argument, struct argp_state *state) {
  uint64_t *pid = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (*pid)
      return usage_error("live: name one process");
    return parse_number("live", argument, 1, INT32_MAX, pid);
  case ARGP_KEY_NO_ARGS:
    return usage_error("live: name a process by its number: inspector live PID");
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp live_argp = {
    .parser = parse_live_option,
    .args_doc = "PID",
    .doc = "Ask a process that is being recorded ('inspector run', 'inspector record', or TRACK_OPTIONS) who waits for whom.\v"
           "One sentence a thread: what it holds that others want, what it waits for, and where. If some threads can never go on, that is "
           "reported "
           "as 'inspector run' would; else it is undecided, with the reasons: who could still end these waits. The process is not stopped "
           "and not changed. "
           "It takes the rights of a debugger (same user; see ptrace(2)).\n\n"
           "Exit status: 0 no thread is known to hang, 1 some or all do, 2 the process is not recorded or cannot be looked at.",
};

static const struct judged_thread *judged_find(const struct judgement *judgement, uint32_t tid) {
  for (uint32_t i = 0; i < judgement->n_threads; i++)
    if (judgement->threads[i].tid == tid)
      return &judgement->threads[i];
  return NULL;
}

static void print_name(const struct judgement *judgement, uint32_t tid) {
  const struct judged_thread *thread = judged_find(judgement, tid);
  char *name = text_clean(thread && thread->name ? thread->name : "a thread that is not recorded");
  printf("%s", name);
  free(name);
}

static void print_threads(const struct judgement *judgement, const struct tasks *tasks) {
  for (uint32_t i = 0; i < tasks->n; i++) {
    const struct task *task = &tasks->items[i];
    const struct judged_thread *thread = judged_find(judgement, task->tid);
    bool is_in_wait = task->call == CALL_FUTEX || task->call == CALL_FUTEX_TIMED || task->call == CALL_NONE || task_may_lock_file(task);
    bool waits = thread && thread->sentence && is_in_wait;
    printf("%8" PRIu32 "  ", task->tid);
    if (waits) {
      char *sentence = text_clean(thread->sentence);
      puts(sentence);
      free(sentence);
      continue;
    }
    char *doing = task_doing(task);
    print_name(judgement, task->tid);
    printf(" %s.\n", doing);
    free(doing);
  }
}

/* "thread 4711 polls" gets its name. */
static void print_doubt(const struct judgement *judgement, const char *doubt) {
  uint32_t tid = 0;
  int length = 0;
  printf("  ");
  if (sscanf(doubt, "thread %" SCNu32 " %n", &tid, &length) == 1 && length && judged_find(judgement, tid)) {
    print_name(judgement, tid);
    printf(" %s\n", doubt + length);
  } else
    printf("%s\n", doubt);
}

static int print_answer(const struct live *live, enum live_answer answer, const struct judgement *words) {
  struct summary summary = {.quiet = true};
  const char *const *doubts = live_doubts(live);
  if (answer == LIVE_CIRCLE || answer == LIVE_EVERYBODY) {
    puts(answer == LIVE_EVERYBODY ? "\nIt hangs: no thread goes on.\n" : "\nSome threads hang.\n");
    report_write(reporter_find("text"), stdout, &summary, live_judgement(live)->findings);
    return EXIT_FINDINGS;
  }
  puts(*doubts ? "\nundecided, because" : "\nundecided, because its threads have moved while they were looked at");
  for (; *doubts; doubts++)
    print_doubt(words, *doubts);
  return EXIT_CLEAN;
}

static int ask(struct live *live) {
  struct judgement words;
  struct tasks tasks;
  enum live_answer answer = live_ask(live);
  unsigned n = 0;
  if (answer == LIVE_GONE || !tasks_look(&tasks, live_pid(live))) {
    complain("process %" PRIu32 " has ended", live_pid(live));
    return EXIT_TROUBLE;
  }
  char **paths = process_lineage(live_path(live), &n);
  judge(&words, &(const struct judging){.paths = paths, .n_paths = n, .in_words = true, .is_stuck = answer == LIVE_EVERYBODY});
  printf("process %" PRIu32 ", recorded in %s\n\n", live_pid(live), live_path(live));
  print_threads(&words, &tasks);
  int status = print_answer(live, answer, &words);
  for (unsigned i = 0; i < n; i++)
    free(paths[i]);
  free(paths);
  tasks_done(&tasks);
  judgement_done(&words);
  return status;
}

int command_live(int argc, char **argv) {
  uint64_t pid = 0;
  int status = command_parse(&live_argp, "live", 0, argc, argv, &pid);
  if (status)
    return status;
  char *path = process_recording((uint32_t)pid);
  struct live *live = path ? live_new(path) : NULL;
  free(path);
  if (!live) {
    complain("process %" PRIu64 " is not being recorded, or may not be looked at", pid);
    return EXIT_TROUBLE;
  }
  status = ask(live);
  live_free(live);
  return status;
}
