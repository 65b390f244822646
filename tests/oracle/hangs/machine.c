/* machine.c - the rules of the objects: who may step, and what a step does. */
#include <limits.h>
#include <string.h>

#include "program.h"
#include "track/trace.h"

static const struct step *step_of(const struct program *program, const struct machine *machine, int thread) {
  return &program->steps[thread][machine->at[thread]];
}

static unsigned mutex_of(unsigned condition) {
  return condition == CONDITION_A ? MUTEX_A : MUTEX_B;
}

bool machine_is_read(const struct machine *machine, unsigned rwlock, unsigned set) {
  for (int i = 0; i < N_THREADS; i++)
    if (set >> i & 1 && machine->readers[rwlock][i])
      return true;
  return false;
}

static bool is_asked_for_writing(const struct program *program, const struct machine *machine, unsigned rwlock) {
  for (int i = 0; i < program->n_threads; i++) {
    const struct step *step = step_of(program, machine, i);
    if (machine->phase[i] == PHASE_ASKS && step->kind == STEP_WRITE && step->what == rwlock)
      return true;
  }
  return false;
}

/* Could the step, asked for now, be granted? */
static bool is_granted(const struct program *program, const struct machine *machine, int thread) {
  const struct step *step = step_of(program, machine, thread);
  switch (step->kind) {
  case STEP_LOCK:
    return !machine->owner[step->what];
  case STEP_READ:
    return !machine->owner[step->what] && !(step->what == RWLOCK_WRITERS_FIRST && is_asked_for_writing(program, machine, step->what));
  case STEP_WRITE:
    return !machine->owner[step->what] && !machine_is_read(machine, step->what, UINT_MAX);
  case STEP_TAKE:
    return machine->value[step->what];
  case STEP_JOIN:
    return machine->phase[step->what] == PHASE_ENDED;
  default:
    return true;
  }
}

bool machine_may_step(const struct program *program, const struct machine *machine, int thread) {
  switch ((enum phase)machine->phase[thread]) {
  case PHASE_READY:
    return true;
  case PHASE_WOKEN: /* from condition A nothing is seen before it has its mutex back, as with pthread_cond_wait() */
    return step_of(program, machine, thread)->what != CONDITION_A || !machine->owner[MUTEX_A];
  case PHASE_ASKS:
    return is_granted(program, machine, thread);
  case PHASE_TAKES_BACK:
    return !machine->owner[mutex_of(step_of(program, machine, thread)->what)];
  case PHASE_SLEEPS:
  case PHASE_ENDED:
    break;
  }
  return false;
}

bool machine_waits(const struct machine *machine, int thread) {
  uint8_t phase = machine->phase[thread];
  return phase == PHASE_ASKS || phase == PHASE_SLEEPS || phase == PHASE_TAKES_BACK;
}

struct seen {
  struct happening *items;
  int n, thread;
};

static void see(struct seen *seen, unsigned op, unsigned mode, unsigned place) {
  seen->items[seen->n++] = (struct happening){(uint8_t)op, (uint8_t)mode, (uint8_t)seen->thread, (uint8_t)place,
                                              (uint8_t)(place == CONDITION_A || place == CONDITION_B ? mutex_of(place) : 0)};
}

static void go_on(struct machine *machine, int thread) {
  machine->at[thread]++;
  machine->phase[thread] = PHASE_READY;
}

/* Those who sleep for it, from the `choice`-th on; one or all. */
static void wake(const struct program *program, struct machine *machine, unsigned condition, unsigned choice, bool is_all) {
  int sleeping[N_THREADS], n = 0;
  for (int i = 0; i < program->n_threads; i++)
    if (machine->phase[i] == PHASE_SLEEPS && step_of(program, machine, i)->what == condition)
      sleeping[n++] = i;
  for (int i = 0; i < n && (is_all || i == 0); i++)
    machine->phase[sleeping[(choice + (unsigned)i) % (unsigned)n]] = PHASE_WOKEN;
}

/* What was asked for and is granted. */
static void take(struct machine *machine, const struct step *step, struct seen *seen, unsigned mode) {
  int thread = seen->thread;
  switch (step->kind) {
  case STEP_READ:
    machine->readers[step->what][thread]++;
    see(seen, TRACE_ACQ, mode | TRACE_MODE_READ, step->what);
    break;
  case STEP_LOCK:
  case STEP_WRITE:
    machine->owner[step->what] = (uint8_t)(thread + 1);
    see(seen, TRACE_ACQ, mode, step->what);
    break;
  case STEP_TAKE:
    machine->value[step->what]--;
    see(seen, TRACE_SEM_WAIT, mode, step->what);
    break;
  case STEP_JOIN:
    see(seen, TRACE_JOIN, 0, step->what);
    break;
  default:
    break;
  }
  go_on(machine, thread);
}

static void ask(const struct program *program, struct machine *machine, const struct step *step, struct seen *seen) {
  bool is_join = step->kind == STEP_JOIN, is_granted_now = is_granted(program, machine, seen->thread);
  if (is_join || !is_granted_now)
    see(seen,
        is_join                   ? TRACE_JOIN_REQ
        : step->kind == STEP_TAKE ? TRACE_SEM_REQ
                                  : TRACE_REQ,
        step->kind == STEP_READ ? TRACE_MODE_READ : 0, step->what);
  if (is_granted_now)
    take(machine, step, seen, 0);
  else
    machine->phase[seen->thread] = PHASE_ASKS;
}

static void leave(struct machine *machine, const struct step *step, struct seen *seen) {
  int thread = seen->thread;
  bool reads = machine->readers[step->what][thread];
  if (!reads && machine->owner[step->what] != thread + 1)
    return;
  see(seen, TRACE_REL, reads ? TRACE_MODE_READ : 0, step->what);
  if (reads)
    machine->readers[step->what][thread]--;
  else
    machine->owner[step->what] = 0;
}

static void arrive(const struct program *program, struct machine *machine, const struct step *step, struct seen *seen) {
  see(seen, TRACE_ARRIVE, 0, step->what);
  machine->phase[seen->thread] = PHASE_SLEEPS;
  if (++machine->value[step->what] < 2)
    return;
  machine->value[step->what] = 0;
  wake(program, machine, step->what, 0, true);
}

/* A wait without the mutex is none of these programs'. */
static void wait_for(struct machine *machine, const struct step *step, struct seen *seen) {
  unsigned mutex = mutex_of(step->what);
  if (machine->owner[mutex] != seen->thread + 1) {
    go_on(machine, seen->thread);
    return;
  }
  see(seen, TRACE_REL, TRACE_MODE_CONDITION, mutex);
  see(seen, TRACE_WAIT, 0, step->what);
  machine->owner[mutex] = 0;
  machine->phase[seen->thread] = PHASE_SLEEPS;
}

static void begin(const struct program *program, struct machine *machine, unsigned choice, struct seen *seen) {
  const struct step *step = step_of(program, machine, seen->thread);
  switch ((enum step_kind)step->kind) {
  case STEP_END:
    see(seen, TRACE_THREAD_END, 0, 0);
    machine->phase[seen->thread] = PHASE_ENDED;
    return;
  case STEP_LOCK:
  case STEP_READ:
  case STEP_WRITE:
  case STEP_TAKE:
  case STEP_JOIN:
    ask(program, machine, step, seen);
    return;
  case STEP_UNLOCK:
  case STEP_LEAVE:
    leave(machine, step, seen);
    break;
  case STEP_POST:
    see(seen, TRACE_POST, 0, step->what);
    machine->value[step->what]++;
    break;
  case STEP_WAIT:
    wait_for(machine, step, seen);
    return;
  case STEP_SIGNAL:
  case STEP_BROADCAST:
    see(seen, step->kind == STEP_SIGNAL ? TRACE_SIGNAL : TRACE_BROADCAST, 0, step->what);
    wake(program, machine, step->what, choice, step->kind == STEP_BROADCAST);
    break;
  case STEP_ARRIVE:
    arrive(program, machine, step, seen);
    return;
  case STEP_IDLE:
    break;
  }
  go_on(machine, seen->thread);
}

/* Back from a condition, with the mutex as soon as it is free; or from a barrier. */
static void come_back(const struct program *program, struct machine *machine, struct seen *seen) {
  const struct step *step = step_of(program, machine, seen->thread);
  unsigned mutex = mutex_of(step->what);
  if (step->kind == STEP_ARRIVE) {
    see(seen, TRACE_LEAVE, 0, step->what);
    go_on(machine, seen->thread);
    return;
  }
  if (machine->phase[seen->thread] == PHASE_WOKEN)
    see(seen, TRACE_WAKE, 0, step->what);
  if (machine->owner[mutex]) {
    see(seen, TRACE_REQ, TRACE_MODE_CONDITION, mutex);
    machine->phase[seen->thread] = PHASE_TAKES_BACK;
    return;
  }
  machine->owner[mutex] = (uint8_t)(seen->thread + 1);
  see(seen, TRACE_ACQ, TRACE_MODE_CONDITION, mutex);
  go_on(machine, seen->thread);
}

int machine_step(const struct program *program, struct machine *machine, int thread, unsigned choice, struct happening *ret_seen) {
  struct seen seen = {ret_seen, 0, thread};
  if (machine->phase[thread] == PHASE_READY)
    begin(program, machine, choice, &seen);
  else if (machine->phase[thread] == PHASE_ASKS)
    take(machine, step_of(program, machine, thread), &seen, TRACE_MODE_WAITED);
  else
    come_back(program, machine, &seen);
  return seen.n;
}
