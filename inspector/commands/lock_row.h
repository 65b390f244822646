/* lock_row.h - a lock as `inspector stats` shows it. */
#ifndef INSPECTOR_LOCK_ROW_H
#define INSPECTOR_LOCK_ROW_H

#include "commands/lock_stats.h"
#include "findings/names.h"

struct lock_site {
  char *text; /* "function (file:line)" */
  struct tally_entry numbers;
};

struct lock_owner {
  char *name; /* of the thread */
  struct tally_entry numbers;
};

struct lock_row {
  struct lock_stats numbers; /* first, so that one order serves both */
  char *name;
  const char *kind;
  struct lock_site *sites; /* longest wait, then most often, first */
  uint32_t n_sites;
  struct lock_owner *owners;        /* longest hold, as far as it was timed, then most often, first; at most MAX_OWNERS */
  uint32_t n_owners, n_owners_left; /* left: beyond MAX_OWNERS */
};

enum { MAX_OWNERS = 64 };

/* Takes over what `numbers` points to. */
struct lock_row lock_row(const struct model *model, const struct lock_stats *numbers, const struct names *names);

void lock_stats_done(struct lock_stats *numbers);
void lock_row_done(struct lock_row *row);

#endif
