/* lock_row.c - the names of one lock's numbers: what it is called, and where it was taken, call sites of one name as one. */
#include "commands/lock_row.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { MAX_SITES = 256 }; /* that are looked at: the busiest */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* "function (file:line)"; without debug information the module and the offset in it. */
static char *frame_text(const struct frame *frame) {
  if (frame->function && frame->file)
    return xasprintf("%s (%s:%d)", frame->function, base_name(frame->file), frame->line);
  if (!frame->module)
    return xstrdup(frame->function ? frame->function : "unknown place");
  if (frame->function)
    return xasprintf("%s (%s)", frame->function, base_name(frame->module));
  return xasprintf("%s+0x%llx", base_name(frame->module), (unsigned long long)frame->offset);
}

/* Where the lock was taken; if that is in a library, also from where in the user's code. */
static char *site_text(const struct source_info *info, const struct names *names, uint32_t index) {
  if (index < info->n_sites && info->sites[index].loc >= 0)
    return xasprintf("location %d", info->sites[index].loc);
  struct stack stack = names_site(names, index);
  const struct frame *own = stack_own_frame(&stack);
  char *text = stack.n_frames ? frame_text(&stack.frames[0]) : xstrdup("unknown place");
  if (own && own != &stack.frames[0]) {
    char *user = frame_text(own), *both = xasprintf("%s, from %s", text, user);
    free(text);
    free(user);
    text = both;
  }
  stack_done(&stack);
  return text;
}

static const char *kind_text(uint16_t kind) {
  switch (TRACE_KIND_OF(kind)) {
#define KIND(name, code, text, family)                                                                                                     \
  case code:                                                                                                                               \
    return text;
#include "track/events.def"
  default:
    return "object";
  }
}

static int compare_sites(const void *a, const void *b) {
  return tally_compare(&((const struct lock_site *)a)->numbers, &((const struct lock_site *)b)->numbers);
}

/* Adds to the site of the same text; takes over `text`. */
static void row_add_site(struct lock_row *row, char *text, const struct tally_entry *numbers) {
  for (uint32_t i = 0; i < row->n_sites; i++)
    if (!strcmp(row->sites[i].text, text)) {
      struct tally_entry *sum = &row->sites[i].numbers;
      sum->count += numbers->count;
      sum->contended += numbers->contended;
      sum->wait_ns += numbers->wait_ns;
      free(text);
      return;
    }
  row->sites = xreallocarray(row->sites, row->n_sites + 1, sizeof *row->sites);
  row->sites[row->n_sites++] = (struct lock_site){text, *numbers};
}

/* How long it held the lock: what was timed, extended to all its sections. */
static double owner_hold(const struct tally_entry *owner) {
  return owner->n_timed ? (double)owner->hold_ns / owner->n_timed * (double)owner->count : 0;
}

static int compare_owners(const void *a, const void *b) {
  const struct tally_entry *x = a, *y = b;
  double holds[] = {owner_hold(x), owner_hold(y)};
  if (holds[0] != holds[1])
    return holds[0] < holds[1] ? 1 : -1;
  return tally_compare(a, b);
}

static void row_add_owners(struct lock_row *row, const struct names *names) {
  struct tally *threads = &row->numbers.threads;
  if (threads->n)
    qsort(threads->entries, threads->n, sizeof *threads->entries, compare_owners);
  row->owners = xcalloc(threads->n < MAX_OWNERS ? threads->n : MAX_OWNERS, sizeof *row->owners);
  for (uint32_t i = 0; i < threads->n; i++) {
    const struct tally_entry *entry = &threads->entries[i];
    if (entry->count && row->n_owners < MAX_OWNERS)
      row->owners[row->n_owners++] = (struct lock_owner){names_thread(names, entry->key), *entry};
    else if (entry->count) /* else it only tried */
      row->n_owners_left++;
  }
}

struct lock_row lock_row(const struct model *model, const struct lock_stats *numbers, const struct names *names) {
  struct lock_row row = {
      .numbers = *numbers,
      .name = names_object(names, numbers->first_object),
      .kind = kind_text(model->objects[numbers->first_object].kind),
  };
  struct tally *sites = &row.numbers.sites;
  tally_sort(sites);
  for (uint32_t i = 0; i < sites->n && i < MAX_SITES; i++)
    row_add_site(&row, site_text(model->info, names, sites->entries[i].key), &sites->entries[i]);
  if (row.n_sites)
    qsort(row.sites, row.n_sites, sizeof *row.sites, compare_sites);
  row_add_owners(&row, names);
  return row;
}

void lock_stats_done(struct lock_stats *numbers) {
  histogram_done(&numbers->wait);
  histogram_done(&numbers->hold);
  tally_done(&numbers->sites);
  tally_done(&numbers->threads);
}

void lock_row_done(struct lock_row *row) {
  lock_stats_done(&row->numbers);
  for (uint32_t i = 0; i < row->n_sites; i++)
    free(row->sites[i].text);
  for (uint32_t i = 0; i < row->n_owners; i++)
    free(row->owners[i].name);
  free(row->sites);
  free(row->owners);
  free(row->name);
}
