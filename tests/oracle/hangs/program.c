/* program.c - see program.h. */
#include "program.h"

#include <stdio.h>
#include <string.h>

#include "track/trace.h"

static uint32_t next(uint64_t *seed, uint32_t n) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return (uint32_t)((*seed >> 24) % n);
}

struct writer {
  struct step *steps;
  int n;
};

static void put(struct writer *writer, enum step_kind kind, unsigned what) {
  if (writer->n < N_STEPS - 1)
    writer->steps[writer->n++] = (struct step){(uint8_t)kind, (uint8_t)what};
}

/* A section of a mutex, with something in it. */
static void put_section(struct writer *writer, uint64_t *seed, unsigned mutex) {
  unsigned condition = mutex == MUTEX_A ? CONDITION_A : CONDITION_B;
  put(writer, STEP_LOCK, mutex);
  switch (next(seed, 6)) {
  case 0:
    put(writer, STEP_LOCK, MUTEX_A + next(seed, 3));
    break; /* kept, or given back at the end */
  case 1:
    put(writer, STEP_WAIT, mutex == MUTEX_C ? CONDITION_A : condition);
    break;
  case 2:
    put(writer, next(seed, 2) ? STEP_SIGNAL : STEP_BROADCAST, condition);
    break;
  case 3:
    put(writer, STEP_TAKE, SEMAPHORE_A + next(seed, 2));
    break;
  case 4:
    put(writer, STEP_ARRIVE, BARRIER_OF_TWO);
    break;
  default:
    break;
  }
  if (next(seed, 8))
    put(writer, STEP_UNLOCK, mutex);
}

static void put_something(struct writer *writer, uint64_t *seed, int thread, int n_threads) {
  switch (next(seed, 9)) {
  case 0:
  case 1:
  case 2:
    put_section(writer, seed, MUTEX_A + next(seed, 3));
    break;
  case 3: {
    unsigned rwlock = RWLOCK + next(seed, 2);
    put(writer, next(seed, 3) ? STEP_READ : STEP_WRITE, rwlock);
    if (next(seed, 3) == 0)
      put(writer, next(seed, 2) ? STEP_READ : STEP_WRITE, RWLOCK + next(seed, 2));
    put(writer, STEP_LEAVE, rwlock);
    break;
  }
  case 4:
    put(writer, STEP_TAKE, SEMAPHORE_A + next(seed, 2));
    break;
  case 5:
    put(writer, STEP_POST, SEMAPHORE_A + next(seed, 2));
    break;
  case 6:
    put(writer, next(seed, 2) ? STEP_SIGNAL : STEP_BROADCAST, CONDITION_A + next(seed, 2));
    break;
  case 7:
    put(writer, STEP_JOIN, ((unsigned)thread + 1 + next(seed, (uint32_t)n_threads - 1)) % (unsigned)n_threads); /* itself is refused */
    break;
  default:
    put(writer, STEP_IDLE, 0);
    break;
  }
}

void program_make(struct program *program, uint64_t seed) {
  seed = seed * 0x9e3779b97f4a7c15ull + 1;
  *program = (struct program){.n_threads = 2 + (int)next(&seed, N_THREADS - 1)};
  for (int i = 0; i < program->n_threads; i++) {
    struct writer writer = {program->steps[i], 0};
    for (uint32_t n = 1 + next(&seed, 3); n; n--)
      put_something(&writer, &seed, i, program->n_threads);
  }
}

void program_print(const struct program *program) {
  static const char *const words[] = {"end",  "idle", "lock", "unlock", "read",      "write",  "leave",
                                      "take", "post", "wait", "signal", "broadcast", "arrive", "join"};
  for (int i = 0; i < program->n_threads; i++) {
    printf("T%d:", i + 1);
    for (int k = 0; program->steps[i][k].kind; k++)
      printf(" %s(%d)", words[program->steps[i][k].kind], program->steps[i][k].what);
    printf("\n");
  }
}
