/* variables.c - see variables.h. "forks+80" is for machines; a reader looks for forks[2]. */
#include "findings/variables.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

#define TREE_DEPTH_LIMIT 64
#define TYPE_DEPTH_LIMIT 32 /* members within members */
#define DIMENSION_LIMIT 8

struct variable {
  uint64_t address;
  const char *function;
  Dwarf_Die die;
};

struct variables {
  struct variable *items;
  uint32_t n_items, capacity;
};

/* Has the entry a fixed address? Thread-local and register variables have none. */
static bool static_address(Dwarf_Die *die, uint64_t *ret_address) {
  Dwarf_Attribute location;
  Dwarf_Op *operations = NULL;
  size_t n = 0;
  if (!dwarf_attr(die, DW_AT_location, &location) || dwarf_getlocation(&location, &operations, &n) != 0)
    return false;
  if (n != 1 || operations[0].atom != DW_OP_addr)
    return false;
  *ret_address = operations[0].number;
  return true;
}

static void walk(struct variables *variables, Dwarf_Die *parent, const char *function, unsigned depth) {
  Dwarf_Die die;
  if (depth > TREE_DEPTH_LIMIT || dwarf_child(parent, &die) != 0)
    return;
  do {
    int tag = dwarf_tag(&die);
    uint64_t address = 0;
    if (tag == DW_TAG_variable && static_address(&die, &address)) {
      variables->items = grow(variables->items, variables->n_items, &variables->capacity, sizeof *variables->items);
      variables->items[variables->n_items++] = (struct variable){.address = address, .function = function, .die = die};
    } else if (tag == DW_TAG_subprogram) {
      walk(variables, &die, dwarf_diename(&die), depth + 1);
    } else if (tag == DW_TAG_namespace || tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) {
      walk(variables, &die, function, depth + 1);
    }
  } while (dwarf_siblingof(&die, &die) == 0);
}

static int compare_variables(const void *a, const void *b) {
  const struct variable *x = a, *y = b;
  return (x->address > y->address) - (x->address < y->address);
}

struct variables *variables_new(Dwarf *dwarf) {
  struct variables *variables = xcalloc(1, sizeof *variables);
  Dwarf_CU *cu = NULL;
  Dwarf_Die die;
  uint8_t type = 0;
  while (dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die, NULL) == 0)
    if (type == DW_UT_compile)
      walk(variables, &die, NULL, 0);
  if (variables->n_items)
    qsort(variables->items, variables->n_items, sizeof *variables->items, compare_variables);
  return variables;
}

void variables_free(struct variables *variables) {
  if (!variables)
    return;
  free(variables->items);
  free(variables);
}

static struct variable *find_variable(struct variables *variables, uint64_t address) {
  struct variable key = {.address = address};
  if (!variables->n_items)
    return NULL;
  return bsearch(&key, variables->items, variables->n_items, sizeof key, compare_variables);
}

const char *variables_function(struct variables *variables, uint64_t address) {
  const struct variable *variable = find_variable(variables, address);
  return variable ? variable->function : NULL;
}

/* A type whose inside is nobody's business. */
static bool is_opaque(const char *name) {
  static const char *const names[] = {"pthread_mutex_t",
                                      "pthread_rwlock_t",
                                      "pthread_spinlock_t",
                                      "pthread_cond_t",
                                      "pthread_barrier_t",
                                      "pthread_once_t",
                                      "sem_t",
                                      "mtx_t",
                                      "cnd_t",
                                      "once_flag",
                                      "condition_variable"};
  for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  size_t n = name ? strlen(name) : 0;
  return n >= 5 && strcmp(name + n - 5, "mutex") == 0; /* std::mutex and its kin */
}

/* The type of an entry behind typedefs and const; false when it is opaque or unknown. */
static bool open_type(Dwarf_Die *entry, Dwarf_Die *ret_type, bool *ret_opaque) {
  *ret_opaque = false;
  for (int i = 0; i < TYPE_DEPTH_LIMIT; i++) {
    Dwarf_Attribute attribute;
    if (!dwarf_formref_die(dwarf_attr_integrate(entry, DW_AT_type, &attribute), ret_type))
      return false;
    *ret_opaque = is_opaque(dwarf_diename(ret_type));
    int tag = dwarf_tag(ret_type);
    if (*ret_opaque || (tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type))
      return !*ret_opaque;
    entry = ret_type;
  }
  return false;
}

static uint64_t bound_of(Dwarf_Die *range) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(range, DW_AT_count, &attribute) && dwarf_formudata(&attribute, &value) == 0)
    return value;
  if (dwarf_attr(range, DW_AT_upper_bound, &attribute) && dwarf_formudata(&attribute, &value) == 0)
    return value + 1;
  return 0;
}

/* Elements in each dimension; returns how many dimensions, 0 if a bound is unknown. */
static unsigned read_dimensions(Dwarf_Die *array, uint64_t *ret_bounds) {
  Dwarf_Die range;
  unsigned n = 0;
  if (dwarf_child(array, &range) != 0)
    return 0;
  do {
    if (dwarf_tag(&range) != DW_TAG_subrange_type)
      continue;
    if (n == DIMENSION_LIMIT || !(ret_bounds[n] = bound_of(&range)))
      return 0;
    n++;
  } while (dwarf_siblingof(&range, &range) == 0);
  return n;
}

static char *append(char *path, char *part) {
  char *longer = xasprintf("%s%s", path, part);
  free(path);
  free(part);
  return longer;
}

/* Appends the indices of the element that holds *offset, which becomes the offset in the element. */
static bool enter_array(Dwarf_Die *array, char **path, uint64_t *offset) {
  uint64_t bounds[DIMENSION_LIMIT];
  Dwarf_Die element;
  Dwarf_Attribute attribute;
  Dwarf_Word bytes = 0;
  unsigned n = read_dimensions(array, bounds);
  if (!n || !dwarf_formref_die(dwarf_attr_integrate(array, DW_AT_type, &attribute), &element) ||
      dwarf_aggregate_size(&element, &bytes) != 0 || !bytes)
    return false;
  uint64_t index = *offset / bytes;
  *offset %= bytes;
  uint64_t indices[DIMENSION_LIMIT];
  for (unsigned i = n; i-- > 0; index /= bounds[i])
    indices[i] = index % bounds[i];
  for (unsigned i = 0; i < n; i++)
    *path = append(*path, xasprintf("[%" PRIu64 "]", indices[i]));
  return index == 0;
}

static bool member_offset(Dwarf_Die *member, uint64_t *ret_offset) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(member, DW_AT_data_member_location, &attribute) && dwarf_formudata(&attribute, &value) != 0)
    return false;
  *ret_offset = value; /* the members of a union have none: 0 */
  return true;
}

/* The last member that starts at or before the offset. */
static bool find_member(Dwarf_Die *structure, uint64_t offset, Dwarf_Die *ret_member, uint64_t *ret_start) {
  Dwarf_Die member;
  bool is_found = false;
  if (dwarf_child(structure, &member) != 0)
    return false;
  do {
    uint64_t start = 0;
    int tag = dwarf_tag(&member);
    if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) || dwarf_hasattr(&member, DW_AT_external) || !member_offset(&member, &start) ||
        start > offset || (is_found && start <= *ret_start))
      continue;
    *ret_member = member;
    *ret_start = start;
    is_found = true;
  } while (dwarf_siblingof(&member, &member) == 0);
  return is_found;
}

/* Base classes and the C++ library's own members go unnamed: locks[2], not locks._M_elems[2]. */
static char *append_member(char *path, Dwarf_Die *member) {
  const char *name = dwarf_tag(member) == DW_TAG_member ? dwarf_diename(member) : NULL;
  return name && strncmp(name, "_M_", 3) != 0 ? append(path, xasprintf(".%s", name)) : path;
}

/* One step down; false at the end of the way. */
static bool step(Dwarf_Die *entry, char **path, uint64_t *offset, bool *ret_arrived) {
  Dwarf_Die type;
  bool is_opaque_type = false;
  if (!open_type(entry, &type, &is_opaque_type)) {
    *ret_arrived = is_opaque_type && *offset == 0;
    return false;
  }
  int tag = dwarf_tag(&type);
  if (tag == DW_TAG_array_type) {
    *entry = type; /* its type is the element's */
    return enter_array(&type, path, offset);
  }
  uint64_t start = 0;
  Dwarf_Die member;
  bool has_members = tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
  if (!has_members || !find_member(&type, *offset, &member, &start)) {
    *ret_arrived = *offset == 0;
    return false;
  }
  *path = append_member(*path, &member);
  *offset -= start;
  *entry = member;
  return true;
}

char *variables_path(struct variables *variables, uint64_t address, uint64_t offset) {
  struct variable *variable = find_variable(variables, address);
  if (!variable)
    return NULL;
  Dwarf_Die entry = variable->die;
  char *path = xstrdup("");
  bool has_arrived = false;
  for (int i = 0; i < TYPE_DEPTH_LIMIT && step(&entry, &path, &offset, &has_arrived); i++)
    continue;
  if (has_arrived)
    return path;
  free(path);
  return NULL;
}
