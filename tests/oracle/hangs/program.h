/* program.h - tiny random programs with threads, and a machine that runs them: the truth about who can ever go on.
 *
 * The machine knows nothing of the analysis. It says what a recorder would have seen (happenings), and, by trying every schedule
 * from a state on, which of the threads that wait there never take another step. */
#ifndef ORACLE_PROGRAM_H
#define ORACLE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum { N_THREADS = 4, N_STEPS = 10, MAX_HAPPENINGS = 256 };

/* Objects, in the order of their places. */
enum {
  MUTEX_A,
  MUTEX_B,
  MUTEX_C,
  RWLOCK,
  RWLOCK_WRITERS_FIRST,
  SEMAPHORE_A,
  SEMAPHORE_B,
  CONDITION_A,
  CONDITION_B,
  BARRIER_OF_TWO,
  N_OBJECTS
};

enum step_kind {
  STEP_END, /* no more steps */
  STEP_IDLE,
  STEP_LOCK,
  STEP_UNLOCK,
  STEP_READ,
  STEP_WRITE,
  STEP_LEAVE, /* a rwlock, as it was taken */
  STEP_TAKE,  /* a semaphore */
  STEP_POST,
  STEP_WAIT, /* for a condition, with mutex A for condition A, B for B */
  STEP_SIGNAL,
  STEP_BROADCAST,
  STEP_ARRIVE,
  STEP_JOIN,
};

struct step {
  uint8_t kind; /* enum step_kind */
  uint8_t what; /* object or thread */
};

struct program {
  struct step steps[N_THREADS][N_STEPS];
  int n_threads;
};

struct happening {
  uint8_t op, mode, thread, place, mutex; /* as in struct event; the place of a JOIN or CREATE is a thread */
};

/* Where a thread is in a step that takes more than one. */
enum phase { PHASE_READY, PHASE_ASKS, PHASE_SLEEPS, PHASE_WOKEN, PHASE_TAKES_BACK, PHASE_ENDED };

struct machine {
  uint8_t at[N_THREADS], phase[N_THREADS];
  uint8_t owner[N_OBJECTS];              /* thread + 1, of mutexes and writers */
  uint8_t readers[N_OBJECTS][N_THREADS]; /* how often each reads it */
  uint8_t value[N_OBJECTS];              /* semaphores; barriers: how many stand there */
};

void program_make(struct program *program, uint64_t seed);
void program_print(const struct program *program);

/* One step of a thread that may take one; `choice` says whom a signal wakes. Returns what was seen, at most 4 happenings. */
int machine_step(const struct program *program, struct machine *machine, int thread, unsigned choice, struct happening *ret_seen);
bool machine_may_step(const struct program *program, const struct machine *machine, int thread);
bool machine_is_read(const struct machine *machine, unsigned rwlock, unsigned set); /* by a thread of the set */
bool machine_waits(const struct machine *machine, int thread);

/* Bits of the threads that wait and that no schedule lets take another step. False: too many states. */
bool machine_stuck(const struct program *program, const struct machine *machine, unsigned *ret_stuck);

/* The same, by who holds what alone: threads that wait for a lock or a thread's end and, followed from one to the next, for nobody who
 * can act. */
unsigned machine_held_up(const struct program *program, const struct machine *machine);

#endif
