/* finding.h - what a detector found, as plain data: indices into the model, resolved to names and stacks afterwards.
 *
 * Detectors fill the first part of struct finding and hand it to findings_add(), which takes over everything that it
 * points to and merges findings with equal sites into one with a count. findings_resolve() fills the second part from the
 * model and the symbols while they still exist; reporters read only that. */
#ifndef INSPECTOR_FINDING_H
#define INSPECTOR_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Weakest first, so that they compare. */
enum verdict { VERDICT_BENIGN, VERDICT_POTENTIAL, VERDICT_PLAUSIBLE, VERDICT_PREDICTED, VERDICT_CONFIRMED, VERDICT_OBSERVED };
enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct frame {
  char *function;  /* demangled; NULL unknown */
  char *linkage;   /* as the linker knows it, where that is another name; NULL: of C, of an inlined call, or unknown */
  char *file;      /* as the compiler recorded it, made absolute by its compilation folder; NULL unknown */
  int line;        /* 0 unknown */
  char *module;    /* path of the object file; NULL unknown */
  uint64_t offset; /* in the module */
  bool is_inlined;
  bool is_tail; /* not on the recorded stack: it had left by a jump (tail_calls.h) */
  bool is_own;  /* the user's code, not a system library's */
};

struct stack {
  struct frame *frames; /* innermost first, inlined ones expanded */
  uint32_t n_frames;
};

/* Compared with a baseline; UNKNOWN: there is none. */
enum baseline_state { BASELINE_UNKNOWN, BASELINE_NEW, BASELINE_KNOWN };

/* A further place worth showing beside a thread's own: "A locked here", "created here". */
struct finding_place {
  const char *what; /* static text: "locked here", "created here", "first joined here" */
  uint32_t object;  /* NO_INDEX: none */
  uint32_t thread;  /* who did it there; NO_INDEX: not said */
  uint32_t site;
  uint64_t ordinal; /* 0: none */
  /* resolved */
  char *object_name, *thread_name;
  struct stack stack;
};

/* How many of its events a thread has executed when the finding's requests block. */
struct witness_stop {
  uint32_t thread, n;
  /* resolved */
  char *name;
};

/* The proof of a prediction: an execution of the trace's steps that leads there. */
struct witness {
  struct witness_stop *stops; /* executed in the order of the trace: threads not named do nothing ... */
  uint32_t n_stops;
  uint64_t *order; /* ... or, if that does not do, in this order of ordinals, and stops is empty */
  uint32_t n_order;
};
void witness_done(struct witness *witness);

/* One thread's part in the finding, in wait order for deadlocks. */
struct finding_thread {
  uint32_t thread;
  uint32_t wants;        /* object it asks for, NO_INDEX none */
  uint32_t wants_thread; /* thread it joins, NO_INDEX none */
  uint32_t site;         /* of its event */
  uint64_t event;        /* ordinal */
  const char *what;      /* static text: "waits for it here", "unlocked here", "exits here" */
  uint32_t *holds;       /* objects held then, each with ... */
  uint32_t *held_sites;  /* ... where it was acquired */
  uint64_t *held_ordinals;
  uint32_t n_holds;
  struct finding_place *places;
  uint32_t n_places;
  /* resolved */
  char *name, *wants_name;
  char **hold_names;
  struct stack stack, *held_stacks;
};

struct finding {
  const char *kind; /* static: the detector's id */
  enum verdict verdict;
  enum severity severity;
  char *message; /* one sentence, or several with line breaks between; object and thread names and places as "%o12%", "%t3%" and "%s7%",
                    replaced when resolved */
  char *reason;  /* why this verdict; same placeholders */
  char *benign;  /* benign cycles: guarded, one-thread, ordered, readers-only, try-only, early-release, different-lock */
  struct finding_thread *threads;
  uint32_t n_threads;
  uint64_t *events; /* ordinals, ascending */
  uint32_t n_events;
  bool is_hang;           /* its threads never go on: where it is observed, it matters whoever's code it is */
  bool is_general;        /* gives way to a finding of another kind that has one of its events */
  struct witness witness; /* both parts empty: none */
  uint32_t instances;     /* merged ones included: 1 for a fresh one */
  uint32_t source;        /* which trace of the run: set by the driver */
  bool by_name;           /* as findings.by_name when it was added */
  uint64_t key;           /* internal: what findings_add() merges by */
  uint64_t code_key;      /* internal: what tells it again in another process' recording */
  const char *title;      /* static: a better one than its kind's */
  /* resolved */
  char *story; /* the message if it is several sentences, each on a line; the message itself is one line then. Else NULL */
  char id[16]; /* D1, U2: letter of the detector's table row + number */
  uint64_t fingerprint;
  char *trace;      /* path of the recording */
  char *suppressed; /* "FILE:LINE" of the entry that hides it; NULL: none does */
  enum baseline_state baseline;
};

/* A detector's table row, as far as reports need it. */
struct finding_kind {
  const char *kind;
  char letter;
  const char *title;
};

struct findings {
  struct finding **items;
  size_t n_items, capacity;
  uint32_t source;            /* given to what is added now */
  bool by_name;               /* a text trace is read now: objects are told apart by name when merging */
  size_t resolved;            /* items before this are resolved */
  struct finding_kind *kinds; /* in table order */
  uint32_t n_kinds, kind_capacity;
  uint32_t *buckets; /* internal: index in items + 1 by key */
  uint32_t n_buckets;
};

struct findings *findings_new(void);
void findings_free(struct findings *findings); /* accepts NULL */

/* The letter of ids and the title of a kind; call once a detector, in table order, which is the order of reports. The texts
 * are static. A kind that was never told gets its capital initial and comes last. */
void findings_know_kind(struct findings *findings, const char *kind, char letter, const char *title);

/* A zeroed finding with the indices set to NO_INDEX where that means none and instances 1. Out of memory ends the program, as everywhere
 * offline. */
struct finding *finding_new(const char *kind, enum verdict verdict, enum severity severity);
struct finding_thread *finding_add_thread(struct finding *finding, uint32_t thread, uint64_t ordinal, uint32_t site, const char *what);
void finding_add_hold(struct finding_thread *thread, uint32_t object, uint32_t site, uint64_t ordinal);
void finding_add_place(struct finding_thread *thread, const char *what, uint32_t object, uint32_t by_thread, uint32_t site,
                       uint64_t ordinal);
void finding_add_event(struct finding *finding, uint64_t ordinal); /* keeps them ascending */
void finding_message(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_reason(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

void finding_free(struct finding *finding); /* one that is not added after all; accepts NULL */

/* Takes over `finding`. One with the same kind, verdict, severity and set of sites (text: same locs and names) only raises
 * the count; the one with the fewest threads, the first of those, stays. */
void findings_add(struct findings *findings, struct finding *finding);

struct model;
struct symbols;
/* Names, stacks, ids' letters and fingerprints of everything added since the last call. */
void findings_resolve(struct findings *findings, const struct model *model, struct symbols *symbols);
/* A text with placeholders as a message has them, resolved. The caller frees. */
char *findings_text(const struct model *model, struct symbols *symbols, const char *text);
char *findings_textf(const struct model *model, struct symbols *symbols, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Sort (severity, verdict, kind, first event), drop what only repeats another process' finding, number them: D1, D2, S1 ... */
void findings_finish(struct findings *findings);

/* "guarded", "one-thread", "ordered", "readers-only", "try-only", "early-release", "different-lock", NULL */
extern const char *const benign_texts[8];

const char *verdict_text(enum verdict verdict);
const char *severity_text(enum severity severity);

#endif
