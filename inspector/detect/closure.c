/* closure.c - the sync-preserving closure by a work list: see closure.h.
 *
 * Per lock it keeps the newest writing section that was met and the reading sections newer than it, one a chain: all
 * others were closed when a newer one superseded them, and sections of one chain are closed by its own order. */
#include "detect/closure.h"

#include <stdlib.h>
#include <string.h>

#include "detect/section_index.h"
#include "util/alloc.h"

struct place_of {
  uint32_t chain, index; /* index + 1; 0: none */
};

struct reader {
  struct place_of section;
  uint32_t next; /* + 1 */
};

struct lock_top {
  uint32_t round; /* all below holds only in this round of closure_begin() */
  uint32_t readers;
  struct place_of writer;
};

struct closure {
  const struct versions *versions;
  const struct section_list *sections;
  uint32_t n_chains;
  uint32_t *in;  /* the set */
  uint32_t *met; /* sections of the chain that were looked at */
  uint32_t *met_hint;
  uint32_t *work; /* chains whose component rose */
  bool *is_working;
  uint32_t n_work;
  uint64_t growth, cost;
  struct lock_top *tops;
  uint32_t round;
  struct reader *readers;
  uint32_t n_readers, reader_capacity;
  bool is_trusted; /* this round began with closed sets: what they hold of a lock is looked up when first needed */
  bool has_open;   /* ... and their open sections were not looked at yet */
  struct section_index index;
  uint32_t *last; /* by chain: scratch */
};

struct closure *closure_new(const struct versions *versions, const struct section_list *sections, uint32_t n_chains, uint32_t n_locks) {
  struct closure *closure = xcalloc(1, sizeof *closure);
  *closure = (struct closure){.versions = versions, .sections = sections, .n_chains = n_chains};
  closure->in = xcalloc(n_chains, sizeof *closure->in);
  closure->met = xcalloc(n_chains, sizeof *closure->met);
  closure->met_hint = xcalloc(n_chains, sizeof *closure->met_hint);
  closure->work = xcalloc(n_chains, sizeof *closure->work);
  closure->is_working = xcalloc(n_chains, sizeof *closure->is_working);
  closure->tops = xcalloc(n_locks, sizeof *closure->tops);
  closure->last = xcalloc(n_chains, sizeof *closure->last);
  section_index_init(&closure->index, sections, n_chains, n_locks);
  return closure;
}

void closure_free(struct closure *closure) {
  if (!closure)
    return;
  free(closure->in);
  free(closure->met);
  free(closure->met_hint);
  free(closure->work);
  free(closure->is_working);
  free(closure->tops);
  free(closure->readers);
  free(closure->last);
  section_index_done(&closure->index);
  free(closure);
}

void closure_begin(struct closure *closure) {
  memset(closure->in, 0, closure->n_chains * sizeof *closure->in);
  memset(closure->met, 0, closure->n_chains * sizeof *closure->met);
  memset(closure->is_working, 0, closure->n_chains * sizeof *closure->is_working);
  closure->n_work = 0;
  closure->n_readers = 0;
  closure->is_trusted = closure->has_open = false;
  closure->round++;
}

const uint32_t *closure_set(const struct closure *closure) {
  return closure->in;
}

uint32_t closure_at(const struct closure *closure, uint32_t chain) {
  return closure->in[chain];
}

uint64_t closure_growth(const struct closure *closure) {
  return closure->growth;
}

uint64_t closure_cost(const struct closure *closure) {
  return closure->cost;
}

static void raise(struct closure *closure, uint32_t chain, uint32_t n) {
  if (closure->in[chain] >= n)
    return;
  closure->in[chain] = n;
  closure->growth++;
  closure->cost++;
  if (!closure->is_working[chain]) {
    closure->is_working[chain] = true;
    closure->work[closure->n_work++] = chain;
  }
}

void closure_add(struct closure *closure, struct stamp stamp) {
  const struct versions *v = closure->versions;
  raise(closure, stamp.chain, stamp.n);
  for (uint32_t i = version_begin(v, stamp.version); i < version_end(v, stamp.version); i++)
    raise(closure, v->parts[i].chain, v->parts[i].n);
}

static const struct section *section_at(const struct closure *closure, struct place_of place) {
  return &closure->sections[place.chain].items[place.index - 1];
}

/* Take in the release of this section. */
static bool section_end(struct closure *closure, struct place_of place) {
  const struct section *section = section_at(closure, place);
  if (!section->release_n)
    return false;
  if (section->release_n > closure->in[place.chain])
    closure_add(closure, (struct stamp){place.chain, section->release_n, section->release_version});
  return true;
}

static void reader_note(struct closure *closure, struct lock_top *top, struct place_of place) {
  for (uint32_t r = top->readers; r; r = closure->readers[r - 1].next)
    if (closure->readers[r - 1].section.chain == place.chain) {
      if (closure->readers[r - 1].section.index < place.index)
        closure->readers[r - 1].section = place;
      return;
    }
  closure->readers = grow(closure->readers, closure->n_readers, &closure->reader_capacity, sizeof *closure->readers);
  closure->readers[closure->n_readers++] = (struct reader){place, top->readers};
  top->readers = closure->n_readers;
}

/* The newest writing section of the lock inside the set, and the reading ones newer than it. */
static void look_up(struct closure *closure, struct lock_top *top, uint32_t lock) {
  const struct section_index *index = &closure->index;
  struct section_run *first = &index->runs[index->first_run[lock]], *end = &index->runs[index->first_run[lock + 1]];
  uint64_t newest = 0;
  closure->cost += 2 * (uint64_t)(end - first);
  for (struct section_run *run = first; run < end; run++) {
    uint32_t last = closure->last[run->chain] = section_run_last(index, run, closure->in[run->chain]);
    uint32_t writer = last ? index->entries[last - 1].writer : 0;
    struct place_of place = {run->chain, writer ? index->entries[writer - 1].index + 1 : 0};
    if (!writer || section_at(closure, place)->ordinal <= newest)
      continue;
    newest = section_at(closure, place)->ordinal;
    top->writer = place;
  }
  for (const struct section_run *run = first; run < end; run++) {
    uint32_t last = closure->last[run->chain];
    struct place_of place = {run->chain, last ? index->entries[last - 1].index + 1 : 0};
    if (last && section_at(closure, place)->is_shared && section_at(closure, place)->ordinal > newest)
      reader_note(closure, top, place);
  }
}

static struct lock_top *lock_top(struct closure *closure, uint32_t lock) {
  struct lock_top *top = &closure->tops[lock];
  if (top->round == closure->round)
    return top;
  *top = (struct lock_top){.round = closure->round};
  if (closure->is_trusted)
    look_up(closure, top, lock);
  return top;
}

/* Reading sections before `ordinal` end, unless they are of the writer's own chain; true in *ret_newer if others remain. */
static bool end_readers_before(struct closure *closure, struct lock_top *top, uint64_t ordinal, uint32_t chain, bool *ret_newer) {
  *ret_newer = false;
  for (uint32_t *link = &top->readers; *link;) {
    struct reader *reader = &closure->readers[*link - 1];
    if (section_at(closure, reader->section)->ordinal > ordinal) {
      *ret_newer |= reader->section.chain != chain;
      link = &reader->next;
      continue;
    }
    if (reader->section.chain != chain && !section_end(closure, reader->section))
      return false;
    *link = reader->next;
  }
  return true;
}

static bool meet_writer(struct closure *closure, struct lock_top *top, struct place_of place) {
  const struct section *section = section_at(closure, place);
  struct place_of old = top->writer;
  bool has_newer = false;
  if (old.index && section_at(closure, old)->ordinal > section->ordinal)
    has_newer = old.chain != place.chain;
  else {
    if (old.index && old.chain != place.chain && !section_end(closure, old))
      return false;
    top->writer = place;
  }
  bool has_newer_reader = false;
  if (top->readers && !end_readers_before(closure, top, section->ordinal, place.chain, &has_newer_reader))
    return false;
  return (!has_newer && !has_newer_reader) || section_end(closure, place);
}

static bool meet_reader(struct closure *closure, struct lock_top *top, struct place_of place) {
  struct place_of writer = top->writer;
  bool is_foreign = writer.index && writer.chain != place.chain;
  if (writer.index && section_at(closure, writer)->ordinal > section_at(closure, place)->ordinal)
    return !is_foreign || section_end(closure, place);
  if (is_foreign && !section_end(closure, writer))
    return false;
  reader_note(closure, top, place);
  return true;
}

static bool meet_sections(struct closure *closure, uint32_t chain) {
  const struct section_list *list = &closure->sections[chain];
  uint32_t met;
  while ((met = closure->met[chain]) < list->n && list->items[met].n <= closure->in[chain]) {
    const struct section *section = &list->items[met];
    struct lock_top *top = lock_top(closure, section->lock);
    struct place_of place = {chain, met + 1};
    closure->met[chain]++;
    if (!(section->is_shared ? meet_reader(closure, top, place) : meet_writer(closure, top, place)))
      return false;
  }
  return true;
}

/* An open section has to end if a newer one that excludes it has begun. */
static bool meet_open(struct closure *closure, uint32_t chain) {
  const struct section *items = closure->sections[chain].items;
  for (uint32_t at = closure->met[chain]; at; at = items[at - 1].outer) {
    const struct section *section = &items[at - 1];
    if (section->release_n && section->release_n <= closure->in[chain])
      continue;
    struct lock_top *top = lock_top(closure, section->lock);
    struct place_of place = {chain, at};
    if (!(section->is_shared ? meet_reader(closure, top, place) : meet_writer(closure, top, place)))
      return false;
  }
  return true;
}

bool closure_end_others(struct closure *closure, uint32_t lock, uint32_t chain, bool is_shared) {
  const struct section_index *index = &closure->index;
  for (uint32_t i = index->first_run[lock]; i < index->first_run[lock + 1]; i++) {
    struct section_run *run = &index->runs[i];
    closure->cost++;
    uint32_t last = run->chain == chain ? 0 : section_run_last(index, run, closure->in[run->chain]);
    if (last && is_shared)
      last = index->entries[last - 1].writer;
    if (last && !section_end(closure, (struct place_of){run->chain, index->entries[last - 1].index + 1}))
      return false;
  }
  return true;
}

void closure_trust(struct closure *closure) {
  closure->is_trusted = closure->has_open = true;
  closure->cost += 2 * (uint64_t)closure->n_chains;
  for (uint32_t chain = 0; chain < closure->n_chains; chain++)
    closure->met[chain] = closure->met_hint[chain] =
        sections_within(&closure->sections[chain], closure->in[chain], closure->met_hint[chain]);
}

static bool meet_all_open(struct closure *closure) {
  closure->has_open = false;
  for (uint32_t chain = 0; chain < closure->n_chains; chain++)
    if (!meet_open(closure, chain))
      return false;
  return true;
}

bool closure_close(struct closure *closure) {
  if (closure->has_open && !meet_all_open(closure))
    return false;
  while (closure->n_work) {
    uint32_t chain = closure->work[--closure->n_work];
    closure->is_working[chain] = false;
    if (!meet_sections(closure, chain))
      return false;
  }
  return true;
}
