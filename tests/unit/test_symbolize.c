/* test_symbolize.c - addresses into functions, files and lines, judged by addr2line on programs compiled here.
 *
 * Every third address of .text is asked both ways, as if the module were loaded somewhere else. Compared is what both know:
 * addr2line names padding between functions after the one before it, we name it after none. */
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <CUnit/Basic.h>

#include "findings/debug_file.h"
#include "findings/symbolize.h"
#include "util/alloc.h"

#define BIAS 0x7f0000000000u

/* The folder of the programs; removed at the end. */
static char folder[] = "/tmp/test_symbolize.XXXXXX";

static const char c_program[] = "#include <pthread.h>\n"
                                "#include <stdio.h>\n"
                                "pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
                                "static pthread_mutex_t locks[8];\n"
                                "struct pair { int n; pthread_mutex_t first, second; };\n"
                                "struct pair pairs[2][3];\n"
                                "static inline __attribute__((always_inline)) int inner(int x) {\n"
                                "  pthread_mutex_lock(&lock);\n"
                                "  x *= 2;\n"
                                "  pthread_mutex_unlock(&lock);\n"
                                "  return x;\n"
                                "}\n"
                                "static inline __attribute__((always_inline)) int middle(int x) {\n"
                                "  int y = inner(x);\n"
                                "  return y + inner(y);\n"
                                "}\n"
                                "__attribute__((noinline)) static int outer(int x) {\n"
                                "  static pthread_mutex_t local = PTHREAD_MUTEX_INITIALIZER;\n"
                                "  pthread_mutex_lock(&local);\n"
                                "  int r = middle(x) + 1;\n"
                                "  pthread_mutex_unlock(&local);\n"
                                "  return r;\n"
                                "}\n"
                                "int main(int argc, char **argv) {\n"
                                "  (void)argv;\n"
                                "  pthread_mutex_lock(&locks[argc]);\n"
                                "  pthread_mutex_lock(&pairs[0][argc].second);\n"
                                "  printf(\"%d\\n\", outer(argc));\n"
                                "  return 0;\n"
                                "}\n";

static const char cxx_program[] =
    "#include <map>\n"
    "#include <mutex>\n"
    "#include <regex>\n"
    "#include <string>\n"
    "#include <thread>\n"
    "#include <vector>\n"
    "namespace shop {\n"
    "template <class T> struct Queue {\n"
    "  std::mutex mutex;\n"
    "  std::vector<T> items;\n"
    "  void push(T item) { std::lock_guard<std::mutex> guard(mutex); items.push_back(std::move(item)); }\n"
    "};\n"
    "Queue<std::string> queue;\n"
    "}\n"
    "int main(int argc, char **) {\n"
    "  std::regex pattern(\"a(b|c)*d\");\n"
    "  std::map<std::string, int> seen;\n"
    "  std::thread thread([&] { for (int i = 0; i < argc; i++) { shop::queue.push(std::to_string(i)); seen[\"x\"]++; } });\n"
    "  thread.join();\n"
    "  return std::regex_match(shop::queue.items[0], pattern);\n"
    "}\n";

static char *in_folder(const char *name) {
  return xasprintf("%s/%s", folder, name);
}

static bool write_file(const char *name, const char *text) {
  char *path = in_folder(name);
  FILE *file = fopen(path, "w");
  free(path);
  if (!file)
    return false;
  bool is_written = fputs(text, file) >= 0;
  return fclose(file) == 0 && is_written;
}

/* Runs a command in the folder. */
static bool run(const char *command) {
  char *line = xasprintf("cd %s && %s", folder, command);
  bool is_done = system(line) == 0;
  if (!is_done)
    printf("\nfailed: %s\n", line);
  free(line);
  return is_done;
}

/* One module, loaded at BIAS. */
struct loaded {
  struct source_module module;
  struct source_info info;
  struct symbols *symbols;
};

static void load(struct loaded *loaded, const char *name) {
  *loaded = (struct loaded){.module = {.path = in_folder(name), .bias = BIAS, .begin = BIAS, .end = BIAS + (1u << 30)}};
  loaded->info.modules = &loaded->module;
  loaded->info.n_modules = 1;
  loaded->info.program = loaded->module.path;
  loaded->symbols = symbols_new(&loaded->info);
}

static void unload(struct loaded *loaded) {
  symbols_free(loaded->symbols);
  free(loaded->module.path);
}

static struct stack stack_at(struct loaded *loaded, uint64_t address) {
  uint64_t pc = BIAS + address + 1;
  return symbols_stack(loaded->symbols, &pc, 1);
}

static bool find_section(Elf *elf, const char *wanted, GElf_Shdr *ret_header) {
  size_t names = 0;
  elf_getshdrstrndx(elf, &names);
  for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
    const char *name = gelf_getshdr(section, ret_header) ? elf_strptr(elf, names, ret_header->sh_name) : NULL;
    if (name && strcmp(name, wanted) == 0)
      return true;
  }
  return false;
}

/* Address of a symbol of .symtab, 0 if there is none. */
static uint64_t symbol_address(const char *program, const char *wanted) {
  struct elf_file file = {0};
  char *path = in_folder(program);
  uint64_t address = 0;
  if (elf_file_open(path, &file) == 0) {
    for (Elf_Scn *section = NULL; (section = elf_nextscn(file.elf, section));) {
      GElf_Shdr header;
      GElf_Sym symbol;
      if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
        continue;
      Elf_Data *data = elf_getdata(section, NULL);
      for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(file.elf, header.sh_link, symbol.st_name);
        if (name && strncmp(name, wanted, strlen(wanted)) == 0)
          address = symbol.st_value;
      }
    }
    elf_file_close(&file);
  }
  free(path);
  return address;
}

static bool text_range(const char *program, uint64_t *ret_low, uint64_t *ret_high) {
  struct elf_file file = {0};
  char *path = in_folder(program);
  GElf_Shdr header = {0};
  bool is_found = elf_file_open(path, &file) == 0 && find_section(file.elf, ".text", &header);
  elf_file_close(&file);
  free(path);
  *ret_low = header.sh_addr;
  *ret_high = header.sh_addr + header.sh_size;
  return is_found;
}

/* "dir/a.c:31 (discriminator 2)" to "a.c:31"; "?" lines to 0. Folders are compared elsewhere. */
static char *short_place(const char *place) {
  const char *slash = strrchr(place, '/');
  char *text = xstrdup(slash ? slash + 1 : place);
  text[strcspn(text, " \n")] = '\0';
  size_t n = strlen(text);
  if (n && text[n - 1] == '?')
    text[n - 1] = '0';
  return text;
}

struct tally {
  unsigned compared, different, inlined;
};

/* In deep C++ inlines addr2line sometimes names the wrong file beside the right line; there the line decides. */
static bool is_same_place(const struct frame *frame, const char *place, bool with_file) {
  char *ours = xasprintf("%s:%d", frame->file ? frame->file : "??", frame->line);
  char *mine = short_place(ours), *theirs = short_place(place);
  bool is_same = strcmp(with_file ? mine : strrchr(mine, ':'), with_file || !strchr(theirs, ':') ? theirs : strrchr(theirs, ':')) == 0;
  free(mine);
  free(theirs);
  free(ours);
  return is_same;
}

/* Compares our stack with addr2line's lines for one address: pairs of function and place. */
static void compare(struct tally *tally, const struct stack *stack, char *const *lines, uint32_t n_lines, bool with_names) {
  if (n_lines < 2 || lines[1][0] != '/' || !stack->n_frames || !stack->frames[0].function)
    return;
  tally->compared++;
  tally->inlined += n_lines > 2;
  bool is_equal = stack->n_frames == n_lines / 2;
  for (uint32_t i = 0; i < stack->n_frames && is_equal; i++) {
    const struct frame *frame = &stack->frames[i];
    is_equal = is_same_place(frame, lines[2 * i + 1], with_names) && (!with_names || strcmp(frame->function, lines[2 * i]) == 0);
  }
  if (!is_equal && tally->different++ < 3)
    printf("\n%s %s, addr2line: %s %s\n", stack->frames[0].function, stack->frames[0].file, lines[0], lines[1]);
}

static void add_line(char ***lines, uint32_t *n_lines, const char *line) {
  *lines = xreallocarray(*lines, *n_lines + 1, sizeof **lines);
  (*lines)[*n_lines] = xstrdup(line);
  (*lines)[*n_lines][strcspn(line, "\n")] = '\0';
  ++*n_lines;
}

static void drop_lines(char **lines, uint32_t *n_lines) {
  while (*n_lines)
    free(lines[--*n_lines]);
}

/* Is it "0x" and 16 digits: the address above its frames? */
static bool is_address_line(const char *line) {
  return strncmp(line, "0x", 2) == 0 && strspn(line + 2, "0123456789abcdef") == 16;
}

static void write_addresses(uint64_t low, uint64_t high, unsigned step) {
  char *path = in_folder("addresses");
  FILE *file = fopen(path, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  for (uint64_t at = low; at < high; at += step)
    fprintf(file, "0x%lx\n", (unsigned long)at);
  fclose(file);
  free(path);
}

static struct tally compare_program(const char *program, unsigned step, bool with_names) {
  struct tally tally = {0};
  uint64_t low = 0, high = 0, address = 0;
  CU_ASSERT_FATAL(text_range(program, &low, &high));
  write_addresses(low, high, step);
  char *command = xasprintf("cd %s && addr2line -afiC -e %s < addresses", folder, program);
  struct loaded loaded;
  load(&loaded, program);
  FILE *pipe = popen(command, "r");
  CU_ASSERT_PTR_NOT_NULL_FATAL(pipe);
  char *line = NULL, **lines = NULL;
  size_t capacity = 0;
  uint32_t n_lines = 0;
  for (bool is_more = true; is_more;) {
    is_more = getline(&line, &capacity, pipe) > 0;
    if (is_more && !is_address_line(line)) {
      add_line(&lines, &n_lines, line);
      continue;
    }
    struct stack stack = stack_at(&loaded, address);
    compare(&tally, &stack, lines, n_lines, with_names);
    stack_done(&stack);
    drop_lines(lines, &n_lines);
    address = is_more ? strtoull(line, NULL, 16) : 0;
  }
  pclose(pipe);
  unload(&loaded);
  free(lines);
  free(line);
  free(command);
  return tally;
}

static void c_programs_agree_with_addr2line(void) {
  static const char *const options[] = {"-O0", "-O2", "-O2 -no-pie -fno-pie", "-O2 -gdwarf-4", "-O1 -gz"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    char *command = xasprintf("gcc -g %s a.c -o a", options[i]);
    CU_ASSERT_FATAL(run(command));
    free(command);
    struct tally tally = compare_program("a", 1, true);
    CU_ASSERT(tally.compared > 100);
    CU_ASSERT(tally.inlined > 20);
    CU_ASSERT_EQUAL(tally.different, 0);
  }
}

static void cxx_programs_agree_with_addr2line(void) {
  static const char *const programs[] = {"b_plain", "b_optimised"};
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    struct tally tally = compare_program(programs[i], 23, false);
    CU_ASSERT(tally.compared > 500);
    CU_ASSERT_EQUAL(tally.different, 0);
  }
}

static void five_thousand_lookups_in_cxx_take_well_under_a_second(void) {
  uint64_t low = 0, high = 0;
  CU_ASSERT_FATAL(text_range("b_optimised", &low, &high));
  struct loaded loaded;
  load(&loaded, "b_optimised");
  unsigned n_inlined = 0;
  clock_t begin = clock();
  for (uint64_t i = 0; i < 5000; i++) {
    struct stack stack = stack_at(&loaded, low + i * (high - low) / 5000);
    n_inlined += stack.n_frames > 1;
    stack_done(&stack);
  }
  double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
  CU_ASSERT(n_inlined > 1000);
  CU_ASSERT(seconds < 2); /* of processor time, on the slowest machine: it is 0.05 */
  unload(&loaded);
}

static void cxx_names_are_readable(void) {
  struct loaded loaded;
  load(&loaded, "b_plain");
  char *function = symbols_function(loaded.symbols, BIAS + symbol_address("b_plain", "_ZN4shop5QueueI"));
  CU_ASSERT_PTR_NOT_NULL_FATAL(function);
  CU_ASSERT_EQUAL(strncmp(function, "shop::Queue<", 12), 0);
  free(function);
  char *lambda = symbols_function(loaded.symbols, BIAS + symbol_address("b_plain", "_ZZ4main"));
  CU_ASSERT_PTR_NOT_NULL_FATAL(lambda);
  CU_ASSERT_EQUAL(strncmp(lambda, "main::{lambda()#1}::operator()", 30), 0);
  free(lambda);
  char *object = symbols_object(loaded.symbols, BIAS + symbol_address("b_plain", "_ZN4shop5queueB"));
  CU_ASSERT_PTR_NOT_NULL_FATAL(object);
  CU_ASSERT_EQUAL(strncmp(object, "shop::queue", 11), 0);
  CU_ASSERT_PTR_NOT_NULL(strstr(object, ".mutex"));
  free(object);
  unload(&loaded);
}

static void check_object(struct loaded *loaded, uint64_t address, const char *expected) {
  char *name = symbols_object(loaded->symbols, BIAS + address);
  CU_ASSERT_STRING_EQUAL(name ? name : "(none)", expected);
  free(name);
}

static void static_objects_have_names(void) {
  CU_ASSERT_FATAL(run("gcc -g -O0 a.c -o a"));
  struct loaded loaded;
  load(&loaded, "a");
  uint64_t locks = symbol_address("a", "locks");
  check_object(&loaded, symbol_address("a", "lock"), "lock");
  check_object(&loaded, locks, "locks[0]");
  check_object(&loaded, locks + 3 * 40, "locks[3]");
  check_object(&loaded, locks + 3 * 40 + 4, "locks+124"); /* no lock starts there */
  uint64_t pairs = symbol_address("a", "pairs");
  check_object(&loaded, pairs + 4 * 88 + 8, "pairs[1][1].first");
  check_object(&loaded, pairs + 4 * 88 + 48, "pairs[1][1].second");
  check_object(&loaded, symbol_address("a", "local."), "outer::local");
  check_object(&loaded, 16, "a+0x10");
  check_object(&loaded, 1u << 30, "(none)");
  unload(&loaded);
  CU_ASSERT_FATAL(run("gcc -O0 a.c -o plain"));
  load(&loaded, "plain");
  check_object(&loaded, symbol_address("plain", "locks") + 3 * 40, "locks+120");
  check_object(&loaded, symbol_address("plain", "local."), "local");
  unload(&loaded);
}

static void own_code_is_told_from_libraries(void) {
  struct loaded loaded;
  load(&loaded, "b_optimised");
  uint64_t low = 0, high = 0;
  CU_ASSERT_FATAL(text_range("b_optimised", &low, &high));
  CU_ASSERT(symbols_is_own(loaded.symbols, BIAS + low));
  CU_ASSERT_FALSE(symbols_is_own(loaded.symbols, 0x1000));
  unsigned n_own = 0, n_headers = 0;
  for (uint64_t at = low; at < high; at += 64) {
    struct stack stack = stack_at(&loaded, at);
    for (uint32_t i = 0; i < stack.n_frames; i++) {
      const struct frame *frame = &stack.frames[i];
      if (!frame->file)
        continue;
      bool is_header = strncmp(frame->file, "/usr/include/", 13) == 0;
      CU_ASSERT_EQUAL(frame->is_own, !is_header);
      n_own += frame->is_own;
      n_headers += is_header;
    }
    stack_done(&stack);
  }
  CU_ASSERT(n_own > 20);
  CU_ASSERT(n_headers > 100);
  unload(&loaded);
}

/* The one frame of main, and what is said about its module. */
static void check_main(const char *program, uint64_t address, const char *function, bool has_line, const char *note) {
  struct loaded loaded;
  load(&loaded, program);
  struct stack stack = stack_at(&loaded, address);
  CU_ASSERT_EQUAL_FATAL(stack.n_frames, 1);
  CU_ASSERT_STRING_EQUAL(stack.frames[0].function ? stack.frames[0].function : "(none)", function);
  CU_ASSERT_EQUAL(stack.frames[0].line > 0 && stack.frames[0].file, has_line);
  CU_ASSERT_EQUAL(stack.frames[0].offset, address);
  CU_ASSERT(stack.frames[0].is_own);
  uint32_t n_notes = 0;
  char *const *notes = symbols_notes(loaded.symbols, &n_notes);
  CU_ASSERT_EQUAL(n_notes, note ? 1 : 0);
  if (note && n_notes)
    CU_ASSERT_PTR_NOT_NULL(strstr(notes[0], note));
  stack_done(&stack);
  unload(&loaded);
}

static void without_debug_information_symbols_remain(void) {
  CU_ASSERT_FATAL(run("gcc -g -O0 a.c -o a && gcc -O0 a.c -o plain && cp a bare && strip bare && cp /dev/null empty"));
  uint64_t in_main = symbol_address("a", "main") + 8;
  check_main("a", in_main, "main", true, NULL);
  check_main("plain", symbol_address("plain", "main") + 8, "main", false, NULL);
  check_main("bare", in_main, "(none)", false, NULL);
  check_main("gone", in_main, "(none)", false, "cannot be read");
  check_main("empty", in_main, "(none)", false, "not an object file");
}

static void separate_debug_files_are_found_by_link(void) {
  CU_ASSERT_FATAL(run("gcc -g -O0 -Wl,--build-id a.c -o a && cp a far && objcopy --only-keep-debug far far.debug && strip far && "
                      "objcopy --add-gnu-debuglink=far.debug far && mkdir -p .debug && mv far.debug .debug/"));
  uint64_t in_main = symbol_address("a", "main") + 8;
  check_main("far", in_main, "main", true, NULL);
  CU_ASSERT_FATAL(run("gcc -g -O1 -Wl,--build-id a.c -o b2 && objcopy --only-keep-debug b2 .debug/far.debug"));
  check_main("far", in_main, "(none)", false, NULL); /* another build's */
}

static void a_split_program_is_read_from_its_dwo(void) {
  CU_ASSERT_FATAL(run("gcc -g -gsplit-dwarf -O0 a.c -o split"));
  check_main("split", symbol_address("split", "main") + 8, "main", true, NULL);
}

static void a_changed_module_is_not_used(void) {
  CU_ASSERT_FATAL(run("gcc -g -O0 -Wl,--build-id a.c -o a"));
  uint64_t in_main = symbol_address("a", "main") + 8;
  struct loaded loaded;
  load(&loaded, "a");
  struct elf_file file = {0};
  CU_ASSERT_EQUAL_FATAL(elf_file_open(loaded.module.path, &file), 0);
  struct build_id id = elf_build_id(file.elf);
  elf_file_close(&file);
  CU_ASSERT_FATAL(id.n_bytes == 20);
  for (int changed = 0; changed < 2; changed++) {
    memcpy(loaded.module.build_id, id.bytes, sizeof id.bytes);
    loaded.module.build_id_bytes = id.n_bytes;
    loaded.module.build_id[7] ^= (uint8_t)changed;
    struct symbols *symbols = symbols_new(&loaded.info);
    uint64_t pcs[] = {BIAS + in_main + 1, BIAS + in_main + 2};
    struct stack stack = symbols_stack(symbols, pcs, 2);
    CU_ASSERT_EQUAL_FATAL(stack.n_frames, 2);
    CU_ASSERT_EQUAL(stack.frames[0].function == NULL, changed);
    uint32_t n_notes = 0;
    char *const *notes = symbols_notes(symbols, &n_notes);
    CU_ASSERT_EQUAL_FATAL(n_notes, (uint32_t)changed);
    if (changed)
      CU_ASSERT_PTR_NOT_NULL(strstr(notes[0], "changed since it was recorded"));
    stack_done(&stack);
    symbols_free(symbols);
  }
  unload(&loaded);
}

static void the_recorders_frames_and_wild_ones_are_left_out(void) {
  struct source_module modules[] = {{.path = "/opt/track/lib/libtrack.so", .begin = 0x1000, .end = 0x2000},
                                    {.path = "/nowhere/program", .begin = 0x3000, .end = 0x4000}};
  struct source_info info = {.modules = modules, .n_modules = 2};
  struct symbols *symbols = symbols_new(&info);
  uint64_t pcs[] = {0x1100, 0x3100, 0xdead, 0x3200, 0xbeef, 0};
  struct stack stack = symbols_stack(symbols, pcs, 6);
  CU_ASSERT_EQUAL_FATAL(stack.n_frames, 3);
  CU_ASSERT_STRING_EQUAL(stack.frames[0].module, "/nowhere/program");
  CU_ASSERT_PTR_NULL(stack.frames[1].module);
  CU_ASSERT_EQUAL(stack.frames[1].offset, 0xdead - 1);
  CU_ASSERT_EQUAL(stack.frames[2].offset, 0x3200 - 1);
  stack_done(&stack);
  symbols_free(symbols);
}

static void symbols_of_nothing_know_nothing(void) {
  struct source_info text = {.is_text = true};
  const struct source_info *const infos[] = {NULL, &text};
  for (size_t i = 0; i < 2; i++) {
    struct symbols *symbols = symbols_new(infos[i]);
    uint64_t pc = 0x1234;
    struct stack stack = symbols_stack(symbols, &pc, 1);
    CU_ASSERT_EQUAL_FATAL(stack.n_frames, 1);
    CU_ASSERT_PTR_NULL(stack.frames[0].function);
    CU_ASSERT_PTR_NULL(symbols_function(symbols, pc));
    CU_ASSERT_PTR_NULL(symbols_object(symbols, pc));
    CU_ASSERT_FALSE(symbols_is_own(symbols, pc));
    stack_done(&stack);
    symbols_free(symbols);
  }
  symbols_free(NULL);
}

/* Any byte of an object file may be wrong; the answers then are, too, but they come. */
static void damaged_files_do_no_harm(void) {
  CU_ASSERT_FATAL(run("gcc -g -O2 a.c -o a"));
  char *path = in_folder("a");
  FILE *file = fopen(path, "r");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  static unsigned char bytes[1 << 18], damaged[1 << 18];
  size_t n = fread(bytes, 1, sizeof bytes, file), answers = 0;
  fclose(file);
  free(path);
  uint64_t data = symbol_address("a", "locks") - 512;
  srand(1);
  for (int round = 0; round < 60; round++) {
    memcpy(damaged, bytes, n);
    for (int i = 0; i < 40; i++)
      damaged[64 + (size_t)rand() % (n - 64)] = (unsigned char)rand();
    size_t kept = round % 3 ? n : 64 + (size_t)rand() % (n - 64);
    path = in_folder("damaged");
    file = fopen(path, "w");
    CU_ASSERT_EQUAL_FATAL(fwrite(damaged, 1, kept, file), kept);
    fclose(file);
    free(path);
    struct loaded loaded;
    load(&loaded, "damaged");
    for (uint64_t at = 0x1000; at < 0x1400; at += 32) {
      struct stack stack = stack_at(&loaded, at);
      answers += stack.n_frames > 0;
      stack_done(&stack);
      free(symbols_object(loaded.symbols, BIAS + data + (at - 0x1000) * 2));
    }
    unload(&loaded);
  }
  CU_ASSERT(answers > 60 * 24); /* all but those a damaged entry point makes start code */
}

static int make_programs(void) {
  return mkdtemp(folder) && write_file("a.c", c_program) && write_file("b.cpp", cxx_program) &&
                 run("g++ -std=c++17 -g -O0 b.cpp -o b_plain && g++ -std=c++17 -g -O2 b.cpp -o b_optimised")
             ? 0
             : -1;
}

static int remove_programs(void) {
  char *command = xasprintf("rm -r %s", folder);
  int status = system(command);
  free(command);
  return status;
}

int main(void) {
  CU_TestInfo tests[] = {
      {"c_programs_agree_with_addr2line", c_programs_agree_with_addr2line},
      {"cxx_programs_agree_with_addr2line", cxx_programs_agree_with_addr2line},
      {"five_thousand_lookups_in_cxx_take_well_under_a_second", five_thousand_lookups_in_cxx_take_well_under_a_second},
      {"cxx_names_are_readable", cxx_names_are_readable},
      {"static_objects_have_names", static_objects_have_names},
      {"own_code_is_told_from_libraries", own_code_is_told_from_libraries},
      {"without_debug_information_symbols_remain", without_debug_information_symbols_remain},
      {"separate_debug_files_are_found_by_link", separate_debug_files_are_found_by_link},
      {"a_split_program_is_read_from_its_dwo", a_split_program_is_read_from_its_dwo},
      {"a_changed_module_is_not_used", a_changed_module_is_not_used},
      {"the_recorders_frames_and_wild_ones_are_left_out", the_recorders_frames_and_wild_ones_are_left_out},
      {"symbols_of_nothing_know_nothing", symbols_of_nothing_know_nothing},
      {"damaged_files_do_no_harm", damaged_files_do_no_harm},
      CU_TEST_INFO_NULL,
  };
  CU_SuiteInfo suites[] = {
      {.pName = "symbolize", .pInitFunc = make_programs, .pCleanupFunc = remove_programs, .pTests = tests},
      CU_SUITE_INFO_NULL,
  };
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
    return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned failures = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
  CU_cleanup_registry();
  return failures > 100 ? 100 : (int)failures;
}
