/* dwarf_index.c - see dwarf_index.h; the measure is a lookup of microseconds in units of any size.
 *
 * Units come first: their ranges are read from the unit entries alone. A unit that does not tell its ranges is walked at
 * once, and its functions are its ranges. Split units are walked in their .dwo file, lines come from the skeleton. */
#include "findings/dwarf_index.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "findings/dwarf_names.h"
#include "findings/spans.h"
#include "util/alloc.h"

#define TREE_DEPTH_LIMIT 512 /* deeper ones are no compiler's work */
#define NO_NODE UINT32_MAX

/* A function, or a call inlined into one. */
struct node {
  Dwarf_Die die;
  uint32_t caller; /* inlined: the node it is inlined into, else NO_NODE */
  uint32_t call_file;
  int call_line;
  char *name; /* NULL: not asked for yet */
};

struct unit {
  Dwarf_Die lines; /* has the line table and the compilation folder */
  Dwarf_Die tree;  /* has the functions: the same, or the split unit's */
  bool is_walked;
  struct node *nodes;
  uint32_t n_nodes, node_capacity;
  struct spans spans; /* of nodes */
};

struct dwarf_index {
  struct unit *units;
  uint32_t n_units, unit_capacity;
  struct spans spans; /* of units */
};

/* Adds the entry's address ranges; returns how many it has. */
static uint32_t add_ranges(Dwarf_Die *die, struct spans *spans, uint32_t value) {
  Dwarf_Addr base = 0, low = 0, high = 0;
  uint32_t n = 0;
  for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &low, &high)) > 0; n++)
    spans_add(spans, low, high, value);
  return n;
}

static uint32_t number_of(Dwarf_Die *die, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  if (!dwarf_attr(die, attribute, &found) || dwarf_formudata(&found, &value) != 0 || value > INT32_MAX)
    return 0;
  return (uint32_t)value;
}

static uint32_t add_node(struct unit *unit, Dwarf_Die *die, uint32_t caller, bool is_inlined) {
  unit->nodes = grow(unit->nodes, unit->n_nodes, &unit->node_capacity, sizeof *unit->nodes);
  uint32_t added = unit->n_nodes++;
  unit->nodes[added] = (struct node){.die = *die, .caller = NO_NODE};
  if (is_inlined) {
    unit->nodes[added].caller = caller;
    unit->nodes[added].call_file = number_of(die, DW_AT_call_file);
    unit->nodes[added].call_line = (int)number_of(die, DW_AT_call_line);
  }
  add_ranges(die, &unit->spans, added);
  return added;
}

/* Entries that may have functions below them. Types may: methods of local classes, and languages other than C. */
static bool has_functions_below(int tag) {
  switch (tag) {
  case DW_TAG_subprogram:
  case DW_TAG_inlined_subroutine:
  case DW_TAG_lexical_block:
  case DW_TAG_try_block:
  case DW_TAG_catch_block:
  case DW_TAG_with_stmt:
  case DW_TAG_namespace:
  case DW_TAG_module:
  case DW_TAG_structure_type:
  case DW_TAG_class_type:
  case DW_TAG_union_type:
    return true;
  default:
    return false;
  }
}

static void walk_below(struct unit *unit, Dwarf_Die *parent, uint32_t caller, unsigned depth) {
  Dwarf_Die die;
  if (depth > TREE_DEPTH_LIMIT || dwarf_child(parent, &die) != 0)
    return;
  do {
    int tag = dwarf_tag(&die);
    if (!has_functions_below(tag))
      continue;
    uint32_t within = caller;
    if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
      within = add_node(unit, &die, caller, tag == DW_TAG_inlined_subroutine);
    if (dwarf_haschildren(&die) > 0)
      walk_below(unit, &die, within, depth + 1);
  } while (dwarf_siblingof(&die, &die) == 0);
}

static void walk_unit(struct unit *unit) {
  if (unit->is_walked)
    return;
  unit->is_walked = true;
  walk_below(unit, &unit->tree, NO_NODE, 0);
  spans_sort(&unit->spans);
}

static void add_unit(struct dwarf_index *index, Dwarf_Die *die, Dwarf_Die *split) {
  index->units = grow(index->units, index->n_units, &index->unit_capacity, sizeof *index->units);
  struct unit *unit = &index->units[index->n_units];
  *unit = (struct unit){.lines = *die, .tree = dwarf_tag(split) == DW_TAG_compile_unit ? *split : *die};
  if (!add_ranges(die, &index->spans, index->n_units)) {
    walk_unit(unit);
    for (uint32_t i = 0; i < unit->spans.n_items; i++)
      if (unit->spans.items[i].enclosing == NO_SPAN)
        spans_add(&index->spans, unit->spans.items[i].low, unit->spans.items[i].high, index->n_units);
  }
  index->n_units++;
}

struct dwarf_index *dwarf_index_new(Dwarf *dwarf) {
  struct dwarf_index *index = xcalloc(1, sizeof *index);
  Dwarf_CU *cu = NULL;
  Dwarf_Half version = 0;
  uint8_t type = 0;
  Dwarf_Die die, split;
  memset(&split, 0, sizeof split);
  while (dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
    bool has_code = type == DW_UT_compile || type == DW_UT_skeleton;
    if (has_code && (dwarf_tag(&die) == DW_TAG_compile_unit || dwarf_tag(&die) == DW_TAG_skeleton_unit))
      add_unit(index, &die, &split);
    memset(&split, 0, sizeof split);
  }
  spans_sort(&index->spans);
  return index;
}

void dwarf_index_free(struct dwarf_index *index) {
  if (!index)
    return;
  for (uint32_t i = 0; i < index->n_units; i++) {
    for (uint32_t k = 0; k < index->units[i].n_nodes; k++)
      free(index->units[i].nodes[k].name);
    free(index->units[i].nodes);
    spans_done(&index->units[i].spans);
  }
  free(index->units);
  spans_done(&index->spans);
  free(index);
}

static const char *string_of(Dwarf_Die *die, unsigned attribute) {
  Dwarf_Attribute found;
  return dwarf_attr_integrate(die, attribute, &found) ? dwarf_formstring(&found) : NULL;
}

/* Kept, as finding the scopes of a name walks the unit. */
static char *node_name(struct node *node) {
  if (!node->name)
    node->name = dwarf_function_name(&node->die);
  return node->name ? xstrdup(node->name) : NULL;
}

/* Paths are recorded relative to the folder the compiler ran in. */
static char *absolute_path(struct unit *unit, const char *path) {
  if (!path || strcmp(path, "???") == 0)
    return NULL;
  const char *folder = path[0] == '/' ? NULL : string_of(&unit->lines, DW_AT_comp_dir);
  return folder ? xasprintf("%s/%s", folder, path) : xstrdup(path);
}

static char *unit_file(struct unit *unit, uint32_t number) {
  Dwarf_Files *files = NULL;
  size_t n_files = 0;
  if (dwarf_getsrcfiles(&unit->tree, &files, &n_files) != 0 || number >= n_files)
    return NULL;
  return absolute_path(unit, dwarf_filesrc(files, number, NULL, NULL));
}

static void set_line(struct unit *unit, uint64_t address, struct frame *frame) {
  Dwarf_Line *line = dwarf_getsrc_die(&unit->lines, address);
  if (!line)
    return;
  frame->file = absolute_path(unit, dwarf_linesrc(line, NULL, NULL));
  if (dwarf_lineno(line, &frame->line) != 0)
    frame->line = 0;
}

uint32_t dwarf_index_frames(struct dwarf_index *index, uint64_t address, struct frame **ret_frames) {
  uint32_t at = spans_find(&index->spans, address);
  if (at == NO_SPAN)
    return 0;
  struct unit *unit = &index->units[at];
  walk_unit(unit);
  struct frame frame = {0};
  set_line(unit, address, &frame);
  uint32_t n = 0, node = spans_find(&unit->spans, address);
  if (node == NO_SPAN && !frame.file)
    return 0;
  for (;;) {
    struct node *it = node == NO_SPAN ? NULL : &unit->nodes[node];
    frame.function = it ? node_name(it) : NULL;
    frame.is_inlined = it && it->caller != NO_NODE;
    *ret_frames = xreallocarray(*ret_frames, n + 1, sizeof **ret_frames);
    (*ret_frames)[n++] = frame;
    if (!frame.is_inlined)
      return n;
    frame = (struct frame){.file = unit_file(unit, it->call_file), .line = it->call_line};
    node = it->caller; /* made before the call inlined into it: this ends */
  }
}

bool dwarf_index_function(struct dwarf_index *index, uint64_t address, Dwarf_Die *ret_function) {
  uint32_t at = spans_find(&index->spans, address);
  if (at == NO_SPAN)
    return false;
  struct unit *unit = &index->units[at];
  walk_unit(unit);
  uint32_t node = spans_find(&unit->spans, address);
  if (node == NO_SPAN)
    return false;
  while (unit->nodes[node].caller != NO_NODE)
    node = unit->nodes[node].caller;
  *ret_function = unit->nodes[node].die;
  return true;
}
