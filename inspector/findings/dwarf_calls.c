/* dwarf_calls.c - call site entries of DWARF 5, and gcc's of the same content before that. */
#include "findings/dwarf_calls.h"

#include <dwarf.h>

#include "util/alloc.h"

enum { TREE_DEPTH_LIMIT = 128 };

struct sites {
  struct call_site *items;
  uint32_t n_items, capacity;
};

static bool read_address(Dwarf_Die *die, unsigned attribute, uint64_t *ret_address) {
  Dwarf_Attribute found;
  return dwarf_attr(die, attribute, &found) && dwarf_formaddr(&found, ret_address) == 0;
}

static bool has_flag(Dwarf_Die *die, unsigned attribute) {
  Dwarf_Attribute found;
  bool is_set = false;
  return dwarf_attr(die, attribute, &found) && dwarf_formflag(&found, &is_set) == 0 && is_set;
}

static const char *linkage_name(Dwarf_Die *function) {
  Dwarf_Attribute found;
  const char *name = NULL;
  if (dwarf_attr_integrate(function, DW_AT_linkage_name, &found))
    name = dwarf_formstring(&found);
  return name ? name : dwarf_diename(function);
}

static const char *target_of(Dwarf_Die *site) {
  Dwarf_Attribute origin;
  Dwarf_Die function;
  if (!dwarf_attr(site, dwarf_tag(site) == DW_TAG_call_site ? DW_AT_call_origin : DW_AT_abstract_origin, &origin) ||
      !dwarf_formref_die(&origin, &function))
    return NULL;
  return linkage_name(&function);
}

static void add_site(struct sites *sites, Dwarf_Die *die) {
  struct call_site site = {.target = target_of(die)};
  site.is_tail = has_flag(die, DW_AT_call_tail_call) || has_flag(die, DW_AT_GNU_tail_call);
  unsigned attribute = dwarf_tag(die) == DW_TAG_call_site ? DW_AT_call_return_pc : DW_AT_low_pc;
  if (read_address(die, attribute, &site.address))
    site.address--;
  else if (!read_address(die, DW_AT_call_pc, &site.address))
    return;
  sites->items = grow(sites->items, sites->n_items, &sites->capacity, sizeof *sites->items);
  sites->items[sites->n_items++] = site;
}

static void walk(struct sites *sites, Dwarf_Die *parent, unsigned depth) {
  Dwarf_Die die;
  if (depth > TREE_DEPTH_LIMIT || dwarf_child(parent, &die) != 0)
    return;
  do {
    int tag = dwarf_tag(&die);
    if (tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site)
      add_site(sites, &die);
    else if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
      walk(sites, &die, depth + 1);
  } while (dwarf_siblingof(&die, &die) == 0);
}

uint32_t dwarf_calls_of(Dwarf_Die *function, struct call_site **ret_sites) {
  struct sites sites = {0};
  walk(&sites, function, 0);
  *ret_sites = sites.items;
  return sites.n_items;
}
