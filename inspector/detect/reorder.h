/* reorder.h - a bounded search for any correct reordering that brings threads to given requests.
 *
 * A state is a prefix of each thread's steps, and what these leave behind: owners of locks, the last write to each variable,
 * tokens of semaphores, who was woken. Steps that keep nobody from anything are taken at once; where several others can be
 * taken (acquisitions mostly) each is tried, the earliest in the trace first. States met before are not searched again. The
 * search runs twice: first only threads that somebody needs move, which is quick and finds most; then all do, which finds
 * everything within the budget. Deciding this is intractable in general (ANALYSIS.md, section 1), so that a budget of states
 * ends it, and the caller is told. */
#ifndef INSPECTOR_REORDER_H
#define INSPECTOR_REORDER_H

#include "detect/steps.h"

struct reorder;

/* The thread stands at this step, which it has not taken. */
#define GOAL_HOLDS 8u
struct reorder_goal {
  uint32_t thread, step;
  uint32_t holds[GOAL_HOLDS]; /* acquisitions of what it then holds, as far as they find room: what helps to see the hopeless */
  uint32_t n_holds;
};

struct reorder_budget {
  uint64_t states, work; /* left; work is steps taken and looked at, it bounds the time */
};

enum reorder_answer {
  REORDER_FOUND,
  REORDER_NEVER, /* the goals need what comes after one of them */
  REORDER_NONE,  /* there is no such reordering */
  REORDER_CUT,   /* the budget ended first */
};

struct reorder *reorder_new(const struct steps *steps);
void reorder_free(struct reorder *reorder); /* accepts NULL */

/* How many steps each thread takes in every reordering that reaches all goals given since reorder_begin(); by thread. These are
 * where the searches start from: their goals are these or later ones of the same threads. */
void reorder_begin(struct reorder *reorder, struct reorder_budget *budget);
const uint32_t *reorder_need(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n); /* NULL: none reaches them */

/* FOUND: the steps in order are in reorder_path(), valid until the next call. */
enum reorder_answer reorder_search(struct reorder *reorder, const struct reorder_goal *goals, uint32_t n);
const uint32_t *reorder_path(const struct reorder *reorder, uint32_t *ret_n);

#endif
