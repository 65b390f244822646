/* launch.c - one recording from the user's command line to the last process' end.
 *
 * The program keeps our streams, folder, process group and signal dispositions. While it runs, our signals are taken by
 * sigtimedwait(): an interrupt or quit from the terminal reaches the program by itself and is not ours to die of; a
 * termination or hangup is passed on. A look at the session's bell every 50 ms is the only other work. */
#include "commands/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/library.h"
#include "commands/paths.h"
#include "commands/program.h"
#include "commands/recording.h"
#include "commands/usage.h"
#include "commands/watch.h"

enum { LOOK_EVERY_NS = 50 * 1000 * 1000, SETTLE_LOOKS = 4 };

struct signals {
  sigset_t old_mask;
  struct sigaction old_child; /* SIGCHLD may come ignored, then nothing could be waited for */
};

static sigset_t watched_signals(void) {
  static const int numbers[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    sigaddset(&set, numbers[i]);
  return set;
}

static void signals_take(struct signals *signals) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigset_t set = watched_signals();
  sigprocmask(SIG_BLOCK, &set, &signals->old_mask);
  sigaction(SIGCHLD, &standard, &signals->old_child);
}

/* A second SIGTERM that is on its way after the program's end must not cost the report. */
static void signals_drain(void) {
  const struct timespec now = {0, 0};
  sigset_t set = watched_signals();
  while (sigtimedwait(&set, NULL, &now) > 0)
    ;
}

static void signals_restore(const struct signals *signals) {
  sigaction(SIGCHLD, &signals->old_child, NULL);
  sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

static _Noreturn void child_execute(const struct launch *launch, const char *path, char **environment, const struct signals *signals,
                                    int error_fd) {
  signals_restore(signals);
  execve(path, launch->arguments, environment);
  int error = errno;
  ssize_t written = write(error_fd, &error, sizeof error);
  _exit(written == sizeof error ? 127 : 126);
}

/* Returns the child, or -1 with errno set; why execve() failed comes through a pipe that a success closes. */
static pid_t child_start(const struct launch *launch, const char *path, char **environment, const struct signals *signals) {
  int ends[2], error = 0;
  if (pipe2(ends, O_CLOEXEC))
    return -1;
  pid_t pid = fork();
  if (!pid)
    child_execute(launch, path, environment, signals, ends[1]);
  if (pid < 0)
    error = errno;
  close(ends[1]);
  if (pid > 0 && read(ends[0], &error, sizeof error) == (ssize_t)sizeof error)
    waitpid(pid, NULL, 0);
  close(ends[0]);
  errno = error;
  return error ? -1 : pid;
}

static int exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until the child has ended. */
static void child_wait(struct launch *launch, pid_t pid, struct watch *watch) {
  const struct timespec moment = {0, LOOK_EVERY_NS};
  sigset_t set = watched_signals();
  for (int status = 0;;) {
    int number = sigtimedwait(&set, NULL, &moment);
    if (waitpid(pid, &status, WNOHANG) == pid) {
      launch->status = exit_status(status);
      return;
    }
    if (number == SIGTERM || number == SIGHUP)
      kill(pid, number);
    watch_look(watch);
  }
}

/* Processes that outlive the program get a moment, not more: what they have recorded by then is analysed. */
static void others_wait(const struct launch *launch) {
  const struct timespec moment = {0, LOOK_EVERY_NS};
  for (int looks = 0; looks < SETTLE_LOOKS && watch_anybody_runs(&launch->folder); looks++)
    nanosleep(&moment, NULL);
}

static int child_run(struct launch *launch, const struct program *program, char **environment) {
  struct signals signals;
  struct watch watch;
  watch_init(&watch, &launch->folder, launch->on_deadlock);
  watch.is_silent = launch->is_silent;
  signals_take(&signals);
  pid_t pid = child_start(launch, program->path, environment, &signals);
  int error = pid < 0 ? errno : 0;
  if (pid > 0)
    child_wait(launch, pid, &watch);
  signals_drain();
  signals_restore(&signals);
  launch->was_ended = watch.ended_one;
  watch_done(&watch);
  if (!error)
    others_wait(launch);
  return error;
}

static int not_recorded(const struct launch *launch, const struct recording_totals *totals) {
  const char *path = launch->folder.path;
  if (!totals->n_processes)
    complain("%s was not recorded: it ended with status %d and left nothing in %s", launch->name, launch->status, path);
  else if (totals->write_errno)
    complain("%s was not recorded: cannot write to %s: %s", launch->name, path, strerror((int)totals->write_errno));
  else
    complain("%s was not recorded: no thread got a place in %s", launch->name, path);
  return EXIT_TROUBLE;
}

static int launch_result(struct launch *launch, int error) {
  if (error) {
    complain("%s: cannot be run: %s", launch->name, strerror(error));
    trace_folder_remove(&launch->folder);
    return EXIT_TROUBLE;
  }
  struct recording_totals totals = recording_totals(launch->folder.path);
  launch->n_processes = totals.n_processes;
  if (!totals.n_lanes)
    return not_recorded(launch, &totals);
  if (totals.write_errors)
    complain("%s: the recording is incomplete: %s", launch->folder.path, strerror((int)totals.write_errno));
  return 0;
}

static int launch_prepared(struct launch *launch, const struct program *program, const struct library *library) {
  if (trace_folder_create(&launch->folder, launch->trace_path, launch->name))
    return EXIT_TROUBLE;
  if (launch->steer)
    launch->folder.session->steer = *launch->steer;
  char **environment = library_environment(library, program, launch->folder.absolute);
  int status = launch_result(launch, child_run(launch, program, environment));
  paths_free(environment);
  return status;
}

int launch_run(struct launch *launch) {
  struct program program;
  struct library library = {NULL, NULL};
  launch->folder = (struct trace_folder){.session_fd = -1};
  int status = program_find(&program, launch->name);
  if (!status)
    status = library_find(&library);
  if (!status)
    status = launch_prepared(launch, &program, &library);
  library_done(&library);
  program_done(&program);
  return status;
}

void launch_done(struct launch *launch) {
  trace_folder_done(&launch->folder);
}
