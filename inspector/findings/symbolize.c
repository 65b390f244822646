/* symbolize.c - addresses of one recording: which module, then that module's own answer, then whose code it is.
 *
 * A module is opened when an address in it is first asked for. Return addresses are looked up one byte before, in the
 * call instruction: behind a call that never returns begins somebody else's line, or function. */
#include "findings/symbolize.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "findings/elf_module.h"
#include "findings/dwarf_calls.h"
#include "findings/own_code.h"
#include "findings/tail_calls.h"
#include "model/event.h"
#include "util/alloc.h"

struct symbols {
  const struct source_info *info;
  struct elf_module **modules; /* as info->modules; NULL: not opened yet */
  uint32_t n_modules;
  char **notes;
  uint32_t n_notes, note_capacity;
};

struct symbols *symbols_new(const struct source_info *info) {
  struct symbols *symbols = xcalloc(1, sizeof *symbols);
  symbols->info = info && !info->is_text ? info : NULL;
  return symbols;
}

void symbols_free(struct symbols *symbols) {
  if (!symbols)
    return;
  for (uint32_t i = 0; i < symbols->n_modules; i++)
    elf_module_free(symbols->modules[i]);
  for (uint32_t i = 0; i < symbols->n_notes; i++)
    free(symbols->notes[i]);
  free(symbols->modules);
  free(symbols->notes);
  free(symbols);
}

char *const *symbols_notes(const struct symbols *symbols, uint32_t *ret_n) {
  *ret_n = symbols->n_notes;
  return symbols->notes;
}

/* Libraries come and go: of two that lay at one address the later counts. NO_INDEX: none. */
static uint32_t module_at(const struct symbols *symbols, uint64_t address) {
  for (uint32_t i = symbols->info ? symbols->info->n_modules : 0; i-- > 0;)
    if (address >= symbols->info->modules[i].begin && address < symbols->info->modules[i].end)
      return i;
  return NO_INDEX;
}

static void add_note(struct symbols *symbols, char *note) {
  for (uint32_t i = 0; i < symbols->n_notes; i++)
    if (strcmp(symbols->notes[i], note) == 0) {
      free(note);
      return;
    }
  symbols->notes = grow(symbols->notes, symbols->n_notes, &symbols->note_capacity, sizeof *symbols->notes);
  symbols->notes[symbols->n_notes++] = note;
}

static struct elf_module *opened(struct symbols *symbols, uint32_t index) {
  if (index >= symbols->n_modules) {
    uint32_t n = symbols->info->n_modules;
    symbols->modules = xreallocarray(symbols->modules, n, sizeof(struct elf_module *));
    memset(symbols->modules + symbols->n_modules, 0, (n - symbols->n_modules) * sizeof(struct elf_module *));
    symbols->n_modules = n;
  }
  if (!symbols->modules[index]) {
    char *note = NULL;
    symbols->modules[index] = elf_module_new(&symbols->info->modules[index], &note);
    if (note)
      add_note(symbols, note);
  }
  return symbols->modules[index];
}

/* The program itself is the user's wherever it lies. */
static bool is_own_module(const struct symbols *symbols, uint32_t index) {
  const char *path = symbols->info->modules[index].path;
  const char *program = symbols->info->program;
  return path && ((program && strcmp(path, program) == 0) || !is_system_module(path));
}

/* What the module says of all frames at one address. */
static void set_module(const struct symbols *symbols, uint32_t index, uint64_t address, struct frame *frame) {
  frame->offset = address;
  if (index == NO_INDEX)
    return;
  const struct source_module *module = &symbols->info->modules[index];
  frame->offset = address - module->bias;
  frame->module = module->path ? xstrdup(module->path) : NULL;
  frame->is_own = is_own_module(symbols, index) && !(frame->file && is_system_source(frame->file));
}

/* The recorder itself, and what the linker starts every program with. */
static bool is_left_out(struct symbols *symbols, uint32_t index, uint64_t address) {
  const struct source_module *module = &symbols->info->modules[index];
  return (module->path && is_recorder_module(module->path)) || elf_module_is_start_code(opened(symbols, index), address - module->bias);
}

/* The frames of one address, inlined calls first. */
static uint32_t frames_at(struct symbols *symbols, uint64_t address, struct frame **ret_frames) {
  uint32_t module = module_at(symbols, address), n = 0;
  *ret_frames = NULL;
  if (module != NO_INDEX && is_left_out(symbols, module, address))
    return 0;
  if (module != NO_INDEX)
    n = elf_module_frames(opened(symbols, module), address - symbols->info->modules[module].bias, ret_frames);
  if (!n) {
    *ret_frames = xcalloc(1, sizeof **ret_frames);
    n = 1;
  }
  for (uint32_t i = 0; i < n; i++)
    set_module(symbols, module, address, &(*ret_frames)[i]);
  return n;
}

/* Where frames do not keep frame pointers, a walk ends in numbers that are no code. */
static void drop_unknown_tail(struct stack *stack) {
  uint32_t n = stack->n_frames;
  while (n && !stack->frames[n - 1].module)
    n--;
  if (n)
    stack->n_frames = n; /* frames without a module own no memory */
}

static uint32_t sites_at(void *state, uint64_t address, struct call_site **ret_sites) {
  struct symbols *symbols = state;
  uint32_t index = module_at(symbols, address);
  if (index == NO_INDEX || !is_own_module(symbols, index))
    return 0;
  uint64_t bias = symbols->info->modules[index].bias;
  uint32_t n = elf_module_calls(opened(symbols, index), address - bias, ret_sites);
  for (uint32_t i = 0; i < n; i++)
    (*ret_sites)[i].address += bias;
  return n;
}

static uint64_t function_named(void *state, const char *linkage_name) {
  struct symbols *symbols = state;
  for (uint32_t i = 0; symbols->info && i < symbols->info->n_modules; i++) {
    const struct source_module *module = &symbols->info->modules[i];
    if (!module->path || !is_own_module(symbols, i) || is_recorder_module(module->path))
      continue;
    uint64_t address = elf_module_function(opened(symbols, i), linkage_name);
    if (address)
      return address + module->bias;
  }
  return 0;
}

static void append_frames(struct stack *stack, struct frame *frames, uint32_t n) {
  if (!n)
    return;
  stack->frames = xreallocarray(stack->frames, stack->n_frames + n, sizeof *stack->frames);
  memcpy(stack->frames + stack->n_frames, frames, n * sizeof *frames);
  stack->n_frames += n;
}

/* What left by a jump between the frames so far and the one that goes on at `pc`. Only looked for where the user's code ends, since who
 * called the lock's function is what tells findings apart; further out it costs more than it shows. */
static void append_tail_frames(struct symbols *symbols, struct stack *stack, uint64_t pc) {
  const struct tail_calls calls = {.state = symbols, .sites = sites_at, .function = function_named};
  const struct frame *last = stack->n_frames ? &stack->frames[stack->n_frames - 1] : NULL;
  const char *inner = last ? last->function : NULL;
  uint64_t addresses[TAIL_CALLS_LIMIT];
  if (last && (last->is_own || !inner))
    return;
  uint32_t n = tail_calls_between(&calls, pc, inner, addresses);
  for (uint32_t i = 0; i < n; i++) {
    struct frame *frames = NULL;
    uint32_t n_frames = frames_at(symbols, addresses[i], &frames);
    for (uint32_t k = 0; k < n_frames; k++)
      frames[k].is_tail = true;
    append_frames(stack, frames, n_frames);
    free(frames);
  }
}

struct stack symbols_stack(struct symbols *symbols, const uint64_t *pcs, uint32_t n_pcs) {
  struct stack stack = {0};
  for (uint32_t i = 0; i < n_pcs; i++) {
    struct frame *frames = NULL;
    if (pcs[i])
      append_tail_frames(symbols, &stack, pcs[i]);
    uint32_t n = frames_at(symbols, pcs[i] ? pcs[i] - 1 : 0, &frames);
    append_frames(&stack, frames, n);
    free(frames);
  }
  drop_unknown_tail(&stack);
  return stack;
}

char *symbols_function(struct symbols *symbols, uint64_t pc) {
  struct stack stack = {0};
  stack.n_frames = frames_at(symbols, pc, &stack.frames);
  char *name = NULL;
  if (stack.n_frames) {
    name = stack.frames[stack.n_frames - 1].function;
    stack.frames[stack.n_frames - 1].function = NULL;
  }
  stack_done(&stack);
  return name;
}

char *symbols_object(struct symbols *symbols, uint64_t address) {
  uint32_t index = module_at(symbols, address);
  if (index == NO_INDEX)
    return NULL;
  const struct source_module *module = &symbols->info->modules[index];
  char *name = elf_module_object(opened(symbols, index), address - module->bias);
  if (name || !module->path)
    return name;
  return xasprintf("%s+0x%" PRIx64, base_name(module->path), address - module->bias);
}

bool symbols_is_own(struct symbols *symbols, uint64_t pc) {
  uint32_t module = module_at(symbols, pc);
  return module != NO_INDEX && is_own_module(symbols, module);
}
