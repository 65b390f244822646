/* elf_module.c - see elf_module.h. Debug information first, then .symtab, then .dynsym: every program gives something.
 *
 * The recorded build-id decides whether a file on disk is the one that ran: a program that was rebuilt since is never
 * asked, its debug file under /usr/lib/debug, which is kept by build-id, still is. */
#include "findings/elf_module.h"

#include <elfutils/libdw.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/debug_file.h"
#include "findings/demangle.h"
#include "findings/dwarf_calls.h"
#include "findings/dwarf_index.h"
#include "findings/own_code.h"
#include "findings/variables.h"
#include "util/alloc.h"

#define START_CODE_BYTES 64 /* _start of any libc is shorter */
#define SYMBOL_LOOK_BACK 16 /* symbols that start inside a bigger one which holds the address */

struct symbol {
  uint64_t address, size;
  const char *name; /* in the file's string table */
  int rank;         /* of several at one address the highest is shown */
};

struct symbol_table {
  struct symbol *items;
  uint32_t n_items, capacity;
};

struct elf_module {
  struct elf_file file, debug; /* debug: a separate one */
  Dwarf *dwarf;
  struct dwarf_index *index;
  struct variables *variables; /* NULL: not asked for yet */
  struct symbol_table functions, objects;
  const struct symbol **by_name; /* functions; NULL: not asked for yet */
  uint64_t entry;                /* 0: unknown, or a library */
};

/* Global names before weak aliases before local ones, sized before unsized. */
static int symbol_rank(const GElf_Sym *symbol) {
  int binding = GELF_ST_BIND(symbol->st_info);
  return (symbol->st_size ? 4 : 0) + (binding == STB_GLOBAL ? 2 : binding == STB_WEAK ? 1 : 0);
}

static void add_symbol(struct symbol_table *table, const GElf_Sym *symbol, const char *name) {
  table->items = grow(table->items, table->n_items, &table->capacity, sizeof *table->items);
  table->items[table->n_items++] =
      (struct symbol){.address = symbol->st_value, .size = symbol->st_size, .name = name, .rank = symbol_rank(symbol)};
}

static void read_symbols(struct elf_module *module, Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
  Elf_Data *data = elf_getdata(section, NULL);
  size_t n = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
  for (size_t i = 0; i < n && i < INT32_MAX; i++) {
    GElf_Sym symbol;
    if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF || !symbol.st_value)
      continue;
    const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
    int type = GELF_ST_TYPE(symbol.st_info);
    if (!name || !*name)
      continue;
    if (type == STT_FUNC || type == STT_GNU_IFUNC)
      add_symbol(&module->functions, &symbol, name);
    else if (type == STT_OBJECT && symbol.st_size)
      add_symbol(&module->objects, &symbol, name);
  }
}

static void read_tables(struct elf_module *module, Elf *elf) {
  if (!elf)
    return;
  for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) && (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM))
      read_symbols(module, elf, section, &header);
  }
}

static int compare_symbols(const void *a, const void *b) {
  const struct symbol *x = a, *y = b;
  if (x->address != y->address)
    return x->address < y->address ? -1 : 1;
  if (x->rank != y->rank)
    return x->rank > y->rank ? -1 : 1;
  return strcmp(x->name, y->name);
}

/* Sorts, and keeps one symbol an address. */
static void settle(struct symbol_table *table) {
  uint32_t kept = 0;
  if (table->n_items)
    qsort(table->items, table->n_items, sizeof *table->items, compare_symbols);
  for (uint32_t i = 0; i < table->n_items; i++)
    if (!kept || table->items[kept - 1].address != table->items[i].address)
      table->items[kept++] = table->items[i];
  table->n_items = kept;
}

/* An unsized function (assembly) reaches to the next symbol. */
static const struct symbol *find_symbol(const struct symbol_table *table, uint64_t address) {
  uint32_t first = 0, behind = table->n_items;
  while (first < behind) {
    uint32_t middle = first + (behind - first) / 2;
    if (table->items[middle].address <= address)
      first = middle + 1;
    else
      behind = middle;
  }
  for (uint32_t back = 1; back <= SYMBOL_LOOK_BACK && back <= first; back++) {
    const struct symbol *symbol = &table->items[first - back];
    if (address - symbol->address < symbol->size || (!symbol->size && back == 1))
      return symbol;
  }
  return NULL;
}

static struct build_id recorded_id(const struct source_module *recorded) {
  struct build_id id = {.n_bytes = recorded->build_id_bytes};
  if (id.n_bytes > sizeof id.bytes)
    id.n_bytes = sizeof id.bytes;
  memcpy(id.bytes, recorded->build_id, id.n_bytes);
  return id;
}

/* Opens the file if it is still the one that was recorded; *id becomes its build-id when none was recorded. */
static char *open_file(struct elf_module *module, const char *path, struct build_id *id) {
  int error = elf_file_open(path, &module->file);
  if (error < 0)
    return xasprintf("%s: cannot be read (%s); its functions are shown as offsets", path,
                     error == -ENOEXEC ? "not an object file" : strerror(-error));
  struct build_id now = elf_build_id(module->file.elf);
  if (!id->n_bytes) {
    *id = now;
    return NULL;
  }
  if (build_id_equal(&now, id))
    return NULL;
  elf_file_close(&module->file);
  return xasprintf("%s: changed since it was recorded (build-id differs); its functions are shown as offsets", path);
}

static void open_debug(struct elf_module *module, const char *path, const struct build_id *id) {
  Elf *elf = module->file.elf;
  bool is_inside = elf && elf_has_debug(elf);
  if (!is_inside && !debug_file_find(path, id, elf, &module->debug))
    return;
  module->dwarf = dwarf_begin_elf(is_inside ? elf : module->debug.elf, DWARF_C_READ, NULL);
  if (module->dwarf)
    module->index = dwarf_index_new(module->dwarf);
}

/* Where a program, which names its loader, starts. Some linkers give libraries an entry that means nothing: 0 for those. */
static uint64_t program_entry(Elf *elf) {
  GElf_Ehdr header;
  size_t n = 0;
  if (!elf || !gelf_getehdr(elf, &header) || elf_getphdrnum(elf, &n) != 0)
    return 0;
  for (size_t i = 0; i < n && i < INT32_MAX; i++) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_INTERP)
      return header.e_entry;
  }
  return 0;
}

struct elf_module *elf_module_new(const struct source_module *recorded, char **ret_note) {
  struct elf_module *module = xcalloc(1, sizeof *module);
  *ret_note = NULL;
  if (!recorded->path || !is_module_file(recorded->path))
    return module;
  struct build_id id = recorded_id(recorded);
  char *note = open_file(module, recorded->path, &id);
  open_debug(module, recorded->path, &id);
  module->entry = program_entry(module->file.elf);
  read_tables(module, module->file.elf);
  read_tables(module, module->debug.elf);
  settle(&module->functions);
  settle(&module->objects);
  if (module->debug.elf) {
    free(note); /* the right debug file says all that is needed */
    note = NULL;
  }
  *ret_note = note;
  return module;
}

bool elf_module_is_start_code(const struct elf_module *module, uint64_t address) {
  return module->entry && address - module->entry < START_CODE_BYTES;
}

void elf_module_free(struct elf_module *module) {
  if (!module)
    return;
  variables_free(module->variables);
  dwarf_index_free(module->index);
  dwarf_end(module->dwarf);
  elf_file_close(&module->debug);
  elf_file_close(&module->file);
  free(module->by_name);
  free(module->functions.items);
  free(module->objects.items);
  free(module);
}

/* Debug information leaves lambdas, methods of local classes and what is in an anonymous namespace without linkage name; the symbol table
 * has it. */
static bool is_vague(const char *function, const struct symbol *symbol) {
  if (!function)
    return true;
  size_t length = strlen(function);
  bool is_call = length >= 10 && strcmp(function + length - 10, "operator()") == 0;
  const char *open = strrchr(function, '(');
  bool is_plain = is_call || !open || strncmp(open, "(anonymous", 10) == 0;
  return is_plain && strncmp(symbol->name, "_Z", 2) == 0;
}

uint32_t elf_module_frames(struct elf_module *module, uint64_t address, struct frame **ret_frames) {
  uint32_t n = module->index ? dwarf_index_frames(module->index, address, ret_frames) : 0;
  const struct symbol *symbol = find_symbol(&module->functions, address);
  if (!symbol)
    return n;
  if (!n) {
    *ret_frames = xcalloc(1, sizeof **ret_frames);
    n = 1;
  }
  struct frame *outermost = &(*ret_frames)[n - 1];
  outermost->linkage = strncmp(symbol->name, "_Z", 2) ? NULL : xstrdup(symbol->name);
  if (is_vague(outermost->function, symbol)) {
    free(outermost->function);
    outermost->function = demangle(symbol->name);
  }
  return n;
}

/* "[3].lock", "" or "+120": what of the variable it is. */
static char *part_text(struct elf_module *module, const struct symbol *symbol, uint64_t offset) {
  char *path = module->variables ? variables_path(module->variables, symbol->address, offset) : NULL;
  if (path)
    return path;
  return offset ? xasprintf("+%" PRIu64, offset) : xstrdup("");
}

char *elf_module_object(struct elf_module *module, uint64_t address) {
  const struct symbol *symbol = find_symbol(&module->objects, address);
  if (!symbol)
    return NULL;
  if (module->dwarf && !module->variables)
    module->variables = variables_new(module->dwarf);
  char *name = demangle(symbol->name), *part = part_text(module, symbol, address - symbol->address);
  bool is_mangled = strncmp(symbol->name, "_Z", 2) == 0; /* then the name says which function's it is */
  const char *function = module->variables && !is_mangled ? variables_function(module->variables, symbol->address) : NULL;
  char *whole = function ? xasprintf("%s::%s%s", function, name, part) : xasprintf("%s%s", name, part);
  free(name);
  free(part);
  return whole;
}

uint32_t elf_module_calls(struct elf_module *module, uint64_t address, struct call_site **ret_sites) {
  Dwarf_Die function;
  if (!module->index || !dwarf_index_function(module->index, address, &function))
    return 0;
  return dwarf_calls_of(&function, ret_sites);
}

static int compare_names(const void *a, const void *b) {
  return strcmp((*(const struct symbol *const *)a)->name, (*(const struct symbol *const *)b)->name);
}

static void sort_by_name(struct elf_module *module) {
  uint32_t n = module->functions.n_items;
  module->by_name = xcalloc(n + 1, sizeof *module->by_name);
  for (uint32_t i = 0; i < n; i++)
    module->by_name[i] = &module->functions.items[i];
  if (n)
    qsort(module->by_name, n, sizeof *module->by_name, compare_names);
}

uint64_t elf_module_function(struct elf_module *module, const char *linkage_name) {
  if (!module->by_name)
    sort_by_name(module);
  uint32_t first = 0, behind = module->functions.n_items;
  while (first < behind) {
    uint32_t middle = first + (behind - first) / 2;
    if (strcmp(module->by_name[middle]->name, linkage_name) < 0)
      first = middle + 1;
    else
      behind = middle;
  }
  const char *name = first < module->functions.n_items ? module->by_name[first]->name : "";
  size_t length = strlen(linkage_name);
  bool is_it = strncmp(name, linkage_name, length) == 0 && (!name[length] || name[length] == '.');
  return is_it ? module->by_name[first]->address : 0;
}
