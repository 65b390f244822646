/* deadlock_state.h - what the parts of the deadlock detector share; private to deadlock*.c.
 *
 *   deadlock.c           the detector's table row and the two readings
 *   deadlock_nodes.c     abstract acquires: who asks for what holding what
 *   deadlock_rules.c     which of them can block each other
 *   deadlock_search.c    cycles of abstract acquires
 *   deadlock_lives.c     cycles of threads that never lived at once
 *   deadlock_judge.c     what a cycle is worth: start/join clocks, then the closure
 *   deadlock_reorder.c   cycles that need another order of sections: a bounded search
 *   deadlock_witness.c   the proof of a cycle that can be reached
 *   deadlock_benign.c    why other cycles of the bare lock graph cannot deadlock
 *   deadlock_report.c    findings */
#ifndef INSPECTOR_DEADLOCK_STATE_H
#define INSPECTOR_DEADLOCK_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/closure.h"
#include "detect/detector.h"
#include "detect/key_map.h"
#include "detect/order.h"
#include "detect/steps.h"

/* A join asks for the pseudo-lock that the joined thread holds from start to end. */
#define TERM_BIT 0x80000000u
#define TERM(thread) (TERM_BIT | (thread))
#define IS_TERM(lock) (((lock)&TERM_BIT) != 0 && (lock) != NO_INDEX)
#define TERM_THREAD(lock) ((lock) & ~TERM_BIT)

struct node_hold {
  uint32_t object, site;
  uint64_t ordinal;
};

/* One acquire with an abstract acquire's signature. */
struct instance {
  uint64_t request; /* ordinal of the event that would block */
  uint32_t site;
  uint32_t closed; /* version: a closed set before it */
  uint32_t stop;   /* lines of its thread before the request */
  struct order_point point;
};

/* Abstract acquire: the thread asks for `lock` while it holds `lockset` (and its own TERM, if somebody who holds locks
 * joins it). The first such acquire stands for all until the second reading lists them. */
struct node {
  uint32_t thread, lock, lockset;
  uint8_t mode;   /* TRACE_MODE_READ, TRY, TIMED, CONDITION */
  bool is_cyclic; /* on a cycle of the lock graph, as far as the last search saw */
  bool is_wanted; /* list its instances in the second reading */
  uint32_t n_seen;
  uint32_t site;
  uint32_t first_hold; /* in holds[], as many as the set has members */
  uint64_t ordinal, last_ordinal;
  struct instance *instances;
  uint32_t n_instances, instance_capacity;
};

/* A lock that a thread held while it started another and until it joined it. */
struct inherited {
  uint32_t child, holder, object;
  bool is_shared;
  uint64_t ordinal; /* of its acquisition */
  uint32_t next;    /* of the same child, + 1 */
};

struct lock_use {
  uint32_t thread; /* + 1; USE_MANY: several */
  bool is_total;   /* used as no mutex is: released by another thread, be it rightly or not */
  bool is_written; /* taken for writing, once at least */
};
#define USE_MANY UINT32_MAX

struct barrier_users {
  uint32_t object;
  bool was_broken; /* or reset, or left as none can be */
  uint64_t n_arrivals;
  uint32_t *threads;
  uint32_t n, capacity;
};

/* Did the bounded search look for another reordering? */
enum searched { SEARCH_NOT, SEARCH_DONE /* there is none */, SEARCH_CUT, SEARCH_FOUND };

/* Where a thread last arrived at a barrier. */
struct arrival {
  uint32_t object; /* + 1 */
  uint64_t number;
};

struct pattern_result {
  bool needs_writer;    /* an edge blocks only behind a writer in the queue */
  enum verdict verdict; /* VERDICT_BENIGN: ordered by start and join */
  uint32_t *nodes;      /* in wait order */
  uint32_t *instances;  /* of each node */
  uint32_t n;
  struct witness witness; /* of the instances; empty if potential */
  enum searched searched;
  bool is_open; /* the search may find one */
};

struct signature {
  uint32_t tried;
};

#define PATTERN_HOPELESS 0x80000000u /* no reordering leads there */

enum reading { READING_NODES, READING_ORDER, READING_STEPS };

struct deadlock {
  struct detect_options options;
  enum reading reading;
  /* first reading */
  struct node *nodes;
  uint32_t n_nodes, node_capacity;
  uint32_t *slots; /* of nodes, open addressing: + 1 */
  uint32_t n_slots;
  struct node_hold *holds;
  uint32_t n_holds, hold_capacity;
  struct lock_use *uses; /* by object */
  uint32_t n_uses, use_capacity;
  struct inherited *inherited;
  uint32_t n_inherited, inherited_capacity;
  uint32_t *first_inherited; /* by child thread, + 1 */
  uint32_t n_first_inherited, first_inherited_capacity;
  struct barrier_users *barriers;
  uint32_t n_barriers, barrier_capacity;
  struct arrival *arrivals; /* by thread */
  uint32_t n_arrivals, arrival_capacity;
  bool has_joins;
  /* between the readings */
  bool *is_joined_by_holder; /* by thread; NULL: none is */
  uint32_t n_threads;
  uint8_t *roles; /* enum order_object, by object */
  uint32_t n_roles;
  bool wants_again;
  /* second reading */
  struct order order;
  uint32_t *patterns; /* kept cycles: length, later maybe with PATTERN_HOPELESS, then nodes */
  uint32_t n_pattern_words, pattern_capacity, n_kept;
  struct closure *closure;                    /* while judging */
  bool has_closed;                            /* instances have their closed sets */
  struct key_map result_keys, signature_keys; /* -> index + 1 */
  struct pattern_result *results;
  uint32_t n_results, result_capacity;
  struct signature *signatures;
  uint32_t n_signatures, signature_capacity;
  uint64_t n_patterns; /* cycles kept */
  uint64_t n_skipped;  /* by the limit per signature */
  bool is_cut;         /* the search ran out of budget */
  /* third reading */
  struct steps steps;
  uint64_t search_work; /* left for the searches of the trace */
  uint64_t n_states;    /* that they looked at */
};

/* deadlock_nodes.c */
uint32_t deadlock_node(struct deadlock *deadlock, const struct model *model, const struct node *key); /* finds or makes it; counts it */
struct node *deadlock_node_find(const struct deadlock *deadlock, const struct node *key);             /* NULL if there is none */
void deadlock_node_instance(struct node *node, const struct instance *instance);
void deadlock_nodes_done(struct deadlock *deadlock);

/* deadlock_rules.c */
bool deadlock_lock_counts(const struct deadlock *deadlock, uint32_t lock); /* a mutex that several threads use, or a TERM */
bool deadlock_holds_term(const struct deadlock *deadlock, uint32_t thread);
enum hold_mode { HOLD_NOT, HOLD_SHARED, HOLD_EXCLUSIVE };
enum hold_mode deadlock_holds(const struct deadlock *deadlock, const struct model *model, const struct node *node, uint32_t lock);
/* Would `asker` block on what `holder` holds? */
bool deadlock_blocks(const struct deadlock *deadlock, const struct model *model, const struct node *asker, const struct node *holder);
bool deadlock_needs_writer(const struct deadlock *deadlock, const struct model *model, const struct node *asker, const struct node *holder);
/* A lock that keeps the two from being where they are at once; *ret_parent: held by a thread that started one of them. NO_INDEX if none. */
uint32_t deadlock_guard(const struct deadlock *deadlock, const struct model *model, const struct node *a, const struct node *b,
                        uint32_t *ret_parent);
void deadlock_note_fork(struct deadlock *deadlock, const struct model *model, const struct event *event);

/* deadlock_search.c: calls `found` with each cycle of node indices in wait order, the first of the smallest thread; until it says false. */
typedef bool deadlock_found(struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n);
void deadlock_search(struct deadlock *deadlock, const struct model *model, deadlock_found *found);

/* deadlock_judge.c */
/* Are they, in whatever instances, kept apart by start and join? Else the first instances that are not. */
bool deadlock_ordered(const struct deadlock *deadlock, const uint32_t *nodes, uint32_t n, uint32_t *ret_instances);
void deadlock_judge(struct deadlock *deadlock, const struct model *model);

/* What the pattern's set of (thread, lock) has come to so far; made if it is new. */
struct pattern_result *deadlock_result(struct deadlock *deadlock, const uint32_t *nodes, uint32_t n);

/* deadlock_reorder.c */
bool deadlock_wants_search(const struct deadlock *deadlock, const struct model *model);
void deadlock_reorder(struct deadlock *deadlock, const struct model *model);

/* deadlock_witness.c: the closure's present set, which stops short of the instances, as what each thread has executed. False if that
 * cannot be said in whole lines of a text trace. */
bool deadlock_witness(const struct deadlock *deadlock, const uint32_t *nodes, const uint32_t *instances, uint32_t n,
                      struct witness *ret_witness);

/* deadlock_lives.c: the same, told by the threads' lives alone, before the second reading: false says nothing. */
bool deadlock_lives_ordered(const struct deadlock *deadlock, const struct model *model, const uint32_t *nodes, uint32_t n);

/* deadlock_benign.c */
void deadlock_explain(struct deadlock *deadlock, const struct model *model, struct findings *out);

/* deadlock_report.c */
void deadlock_report(struct deadlock *deadlock, const struct model *model, struct findings *out);
struct benign_cycle {
  const uint32_t *nodes;     /* in wait order */
  const uint32_t *instances; /* NULL: their first ones */
  uint32_t n;
  const char *reason;     /* a word of struct finding's benign */
  uint32_t guard, parent; /* lock; who holds it if it is inherited, else NO_INDEX */
};
void deadlock_report_benign(struct deadlock *deadlock, const struct model *model, const struct benign_cycle *cycle, struct findings *out);

#endif
