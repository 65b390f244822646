/* tail_calls.c - see tail_calls.h. The caller's call site says which function was called there; where another one stands on the stack, or
 * none, the called function must have left by a jump. One step after the other, as gdb does it: a way is followed while only one leads on.
 */
#include "findings/tail_calls.h"

#include <stdlib.h>
#include <string.h>

#include "findings/demangle.h"
#include "findings/dwarf_calls.h"

static bool is_named(const char *linkage_name, const char *function) {
  char *name = demangle(linkage_name);
  bool is_same = strcmp(name, function) == 0;
  free(name);
  return is_same;
}

/* Of several, a line to show: rather a lock's function than perror(). */
static bool is_of_threads(const char *target) {
  static const char *const starts[] = {"pthread_", "sem_", "mtx_", "cnd_", "thrd_", "track_"};
  for (size_t i = 0; target && i < sizeof starts / sizeof *starts; i++)
    if (strncmp(target, starts[i], strlen(starts[i])) == 0)
      return true;
  return false;
}

/* Could the jump go to what is found on the stack? */
static bool leads_there(const struct tail_calls *calls, const struct call_site *site, const char *inner) {
  if (!site->target)
    return true;
  return inner ? is_named(site->target, inner) : !calls->function(calls->state, site->target);
}

/* The jump that leaves the function at `address`: to the end of the way, else to the only function it may go to. NULL: not known. */
static const struct call_site *choose(const struct tail_calls *calls, const struct call_site *sites, uint32_t n, const char *inner,
                                      bool *ret_arrived) {
  const struct call_site *end = NULL, *further = NULL;
  bool is_one = true;
  for (uint32_t i = 0; i < n; i++) {
    if (!sites[i].is_tail)
      continue;
    if (leads_there(calls, &sites[i], inner)) {
      if (!end || (!is_of_threads(end->target) && is_of_threads(sites[i].target)))
        end = &sites[i];
    } else {
      is_one = is_one && (!further || strcmp(further->target, sites[i].target) == 0);
      further = &sites[i];
    }
  }
  *ret_arrived = end != NULL;
  return end ? end : is_one ? further : NULL;
}

/* The name of the function that the call at `pc` goes to; NULL: unknown. */
static const char *called_at(const struct tail_calls *calls, uint64_t pc) {
  struct call_site *sites = NULL;
  uint32_t n = calls->sites(calls->state, pc - 1, &sites);
  const char *target = NULL;
  for (uint32_t i = 0; i < n && !target; i++)
    if (sites[i].address == pc - 1 && !sites[i].is_tail)
      target = sites[i].target;
  free(sites);
  return target;
}

static uint32_t follow(const struct tail_calls *calls, const char *target, const char *inner, uint64_t *addresses) {
  for (uint32_t n = 0; n < TAIL_CALLS_LIMIT; n++) {
    uint64_t function = calls->function(calls->state, target);
    if (!function || (inner && is_named(target, inner)))
      return 0;
    struct call_site *sites = NULL;
    bool has_arrived = false;
    uint32_t n_sites = calls->sites(calls->state, function, &sites);
    const struct call_site *next = choose(calls, sites, n_sites, inner, &has_arrived);
    addresses[n] = next ? next->address : 0;
    target = next ? next->target : NULL;
    free(sites);
    if (has_arrived)
      return n + 1;
    if (!target)
      return 0;
  }
  return 0;
}

uint32_t tail_calls_between(const struct tail_calls *calls, uint64_t pc, const char *inner, uint64_t ret_addresses[TAIL_CALLS_LIMIT]) {
  const char *target = called_at(calls, pc);
  uint32_t n = target ? follow(calls, target, inner, ret_addresses) : 0;
  for (uint32_t i = 0; i < n / 2; i++) { /* found from the outside inwards */
    uint64_t swapped = ret_addresses[i];
    ret_addresses[i] = ret_addresses[n - 1 - i];
    ret_addresses[n - 1 - i] = swapped;
  }
  return n;
}
