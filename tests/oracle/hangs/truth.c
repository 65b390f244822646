/* truth.c - who can ever go on: by trying everything, and by who holds what. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

enum { MAX_STATES = 1 << 16, SLOTS = 1 << 18 };

/* The states seen, open addressing; those from `next` on are yet to be tried. */
struct states {
  struct machine *items;
  int *slots; /* + 1 */
  int n, next;
};

static uint64_t hash(const struct machine *machine) {
  const unsigned char *bytes = (const unsigned char *)machine;
  uint64_t h = 0xcbf29ce484222325ull;
  for (size_t i = 0; i < sizeof *machine; i++)
    h = (h ^ bytes[i]) * 0x100000001b3ull;
  return h ^ h >> 29;
}

static void add(struct states *states, const struct machine *machine) {
  size_t at = hash(machine) & (SLOTS - 1);
  for (; states->slots[at]; at = (at + 1) & (SLOTS - 1))
    if (!memcmp(&states->items[states->slots[at] - 1], machine, sizeof *machine))
      return;
  if (states->n == MAX_STATES)
    return;
  states->items[states->n++] = *machine;
  states->slots[at] = states->n;
}

bool machine_stuck(const struct program *program, const struct machine *machine, unsigned *ret_stuck) {
  struct states states = {calloc(MAX_STATES, sizeof(struct machine)), calloc(SLOTS, sizeof(int)), 0, 0};
  struct happening seen[4];
  unsigned stuck = 0;
  if (!states.items || !states.slots)
    abort();
  for (int i = 0; i < program->n_threads; i++)
    stuck |= machine_waits(machine, i) || machine->phase[i] == PHASE_WOKEN ? 1u << i : 0;
  add(&states, machine);
  while (states.next < states.n) {
    struct machine from = states.items[states.next++];
    for (int i = 0; i < program->n_threads; i++)
      for (unsigned choice = 0; choice < N_THREADS && machine_may_step(program, &from, i); choice++) {
        struct machine to = from;
        machine_step(program, &to, i, choice, seen);
        if (to.at[i] != machine->at[i])
          stuck &= ~(1u << i);
        add(&states, &to);
      }
  }
  bool is_whole = states.n < MAX_STATES;
  free(states.items);
  free(states.slots);
  *ret_stuck = stuck;
  return is_whole;
}

static bool is_among(unsigned set, unsigned owner) {
  return owner && set >> (owner - 1) & 1;
}

/* Does the thread wait for somebody of the set? */
static bool is_held_up_by(const struct program *program, const struct machine *machine, int thread, unsigned set) {
  const struct step *step = &program->steps[thread][machine->at[thread]];
  bool is_in_wait = step->kind == STEP_WAIT && (machine->phase[thread] == PHASE_SLEEPS || machine->phase[thread] == PHASE_WOKEN);
  if (machine->phase[thread] == PHASE_TAKES_BACK || is_in_wait)
    return is_among(set, machine->owner[step->what == CONDITION_A ? MUTEX_A : MUTEX_B]);
  if (machine->phase[thread] != PHASE_ASKS)
    return false;
  if (step->kind == STEP_JOIN)
    return set >> step->what & 1;
  if (step->kind == STEP_LOCK || is_among(set, machine->owner[step->what]))
    return is_among(set, machine->owner[step->what]);
  if (step->kind == STEP_WRITE)
    return machine_is_read(machine, step->what, set);
  if (step->kind != STEP_READ || step->what != RWLOCK_WRITERS_FIRST || machine->owner[step->what])
    return false;
  for (int i = 0; i < program->n_threads; i++) {
    const struct step *other = &program->steps[i][machine->at[i]];
    if (set >> i & 1 && machine->phase[i] == PHASE_ASKS && other->kind == STEP_WRITE && other->what == step->what)
      return true;
  }
  return false;
}

unsigned machine_held_up(const struct program *program, const struct machine *machine) {
  unsigned set = 0, before;
  for (int i = 0; i < program->n_threads; i++)
    set |= machine_waits(machine, i) || machine->phase[i] == PHASE_WOKEN ? 1u << i : 0;
  do {
    before = set;
    for (int i = 0; i < program->n_threads; i++)
      if (set >> i & 1 && !is_held_up_by(program, machine, i, set))
        set &= ~(1u << i);
  } while (set != before);
  return set;
}
