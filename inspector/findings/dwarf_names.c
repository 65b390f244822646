/* dwarf_names.c - see dwarf_names.h. Compilers leave linkage names out of functions that no other file can call: lambdas, methods of local
 * classes, anonymous namespaces. "operator()" alone would make all lambdas one. */
#include "findings/dwarf_names.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "findings/demangle.h"
#include "util/alloc.h"

static char *linkage_name(Dwarf_Die *function) {
  Dwarf_Attribute found;
  const char *name = NULL;
  if (dwarf_attr_integrate(function, DW_AT_linkage_name, &found) || dwarf_attr_integrate(function, DW_AT_MIPS_linkage_name, &found))
    name = dwarf_formstring(&found);
  return name ? demangle(name) : NULL;
}

static bool is_cxx(Dwarf_Die *die) {
  Dwarf_Die unit;
  if (!dwarf_diecu(die, &unit, NULL, NULL))
    return false;
  int language = dwarf_srclang(&unit);
  return language == DW_LANG_C_plus_plus || language == DW_LANG_C_plus_plus_03 || language == DW_LANG_C_plus_plus_11 ||
         language == DW_LANG_C_plus_plus_14;
}

/* An instance leads to the entry that stands in the scopes. */
static void follow_origins(Dwarf_Die *die) {
  Dwarf_Attribute found;
  Dwarf_Die next;
  for (int i = 0; i < 8; i++) {
    if (!dwarf_attr(die, DW_AT_abstract_origin, &found) && !dwarf_attr(die, DW_AT_specification, &found))
      return;
    if (!dwarf_formref_die(&found, &next))
      return;
    *die = next;
  }
}

/* The name of one scope around something called `inner`; NULL: it has none to show. A linkage name needs no further scopes. */
static char *scope_name(Dwarf_Die *scope, const char *inner, bool *ret_complete) {
  const char *name = dwarf_diename(scope);
  char *linked = NULL;
  switch (dwarf_tag(scope)) {
  case DW_TAG_namespace:
    return xstrdup(name ? name : "(anonymous namespace)");
  case DW_TAG_class_type:
  case DW_TAG_structure_type:
  case DW_TAG_union_type:
    return xstrdup(name ? name : strncmp(inner, "operator()", 10) ? "{unnamed}" : "{lambda}");
  case DW_TAG_subprogram:
    linked = linkage_name(scope);
    *ret_complete = linked != NULL;
    return linked ? linked : name ? xstrdup(name) : NULL;
  default:
    return NULL;
  }
}

static char *scoped_name(Dwarf_Die *function, const char *own_name) {
  Dwarf_Die *scopes = NULL, origin = *function;
  char *name = xstrdup(own_name);
  bool is_complete = false;
  follow_origins(&origin);
  int n = dwarf_getscopes_die(&origin, &scopes);
  for (int i = 1; i < n && !is_complete; i++) {
    char *scope = scope_name(&scopes[i], name, &is_complete);
    if (!scope)
      continue;
    char *longer = xasprintf("%s::%s", scope, name);
    free(scope);
    free(name);
    name = longer;
  }
  if (n > 0)
    free(scopes);
  return name;
}

char *dwarf_function_name(Dwarf_Die *function) {
  char *linked = linkage_name(function);
  if (linked)
    return linked;
  const char *name = dwarf_diename(function);
  if (!name)
    return NULL;
  return is_cxx(function) ? scoped_name(function, name) : xstrdup(name);
}
