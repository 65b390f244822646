/* options.c - parses TRACK_OPTIONS against its table without libc's stdio or heap: it runs before main. */
#include "record/options.h"

#include <stdlib.h>
#include <string.h>

#include "record/sys.h"

enum option_type { TYPE_text, TYPE_number, TYPE_choice };

static const char *const choices[] = {"wait", "report", "abort"};

static void say(const char *a, const char *b, size_t b_length, const char *c) {
  char line[512];
  size_t n = sys_append(line, sizeof line, 0, "libtrack: ");
  n = sys_append(line, sizeof line, n, a);
  for (size_t i = 0; i < b_length && n + 1 < sizeof line; i++)
    line[n++] = b[i];
  line[n] = 0;
  n = sys_append(line, sizeof line, n, c);
  n = sys_append(line, sizeof line, n, "\n");
  sys_call3(SYS_write, 2, line, n);
}

static bool read_number(const char *text, size_t length, uint32_t *ret_number) {
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9' || number > UINT32_MAX / 10)
      return false;
    number = number * 10 + (uint64_t)(text[i] - '0');
  }
  *ret_number = (uint32_t)number;
  return length > 0;
}

static bool read_choice(const char *text, size_t length, uint32_t *ret_choice) {
  for (uint32_t i = 0; i < sizeof choices / sizeof *choices; i++)
    if (strlen(choices[i]) == length && !memcmp(choices[i], text, length)) {
      *ret_choice = i;
      return true;
    }
  return false;
}

static bool read_text(const char *text, size_t length, char *ret_text) {
  if (length >= OPTION_TEXT_BYTES)
    return false;
  memcpy(ret_text, text, length);
  ret_text[length] = 0;
  return true;
}

static bool option_set(struct options *options, const char *key, size_t key_length, const char *value, size_t length) {
#define READ_text(field)   read_text(value, length, options->field)
#define READ_number(field) read_number(value, length, &options->field)
#define READ_choice(field) read_choice(value, length, &options->field)
#define OPTION(type, name, preset, help)                                                                                                   \
  if (key_length == sizeof #name - 1 && !memcmp(key, #name, key_length))                                                                   \
    return READ_##type(name);
#include "record/options.def"
  return false;
}

static void set_presets(struct options *options) {
#define PRESET_text(field, preset)   read_text(preset, sizeof(preset) - 1, options->field)
#define PRESET_number(field, preset) options->field = (preset)
#define PRESET_choice(field, preset) read_choice(preset, sizeof(preset) - 1, &options->field)
#define OPTION(type, name, preset, help) PRESET_##type(name, preset);
#include "record/options.def"
}

static void print_help(void) {
#define OPTION(type, name, preset, help) say(#name " (" #preset "): ", help, sizeof(help) - 1, "");
#include "record/options.def"
}

static void clamp(uint32_t *number, uint32_t least, uint32_t most) {
  if (*number < least)
    *number = least;
  if (*number > most)
    *number = most;
}

static void make_absolute(char *path) {
  char folder[OPTION_TEXT_BYTES];
  if (!path[0] || path[0] == '/')
    return;
  long n = sys_call2(SYS_getcwd, folder, sizeof folder);
  if (n <= 0 || (size_t)n + strlen(path) + 1 >= sizeof folder)
    return;
  folder[n - 1] = '/';
  size_t length = sys_append(folder, sizeof folder, (size_t)n, path);
  memcpy(path, folder, length + 1);
}

void options_read(struct options *options) {
  set_presets(options);
  const char *text = getenv("TRACK_OPTIONS");
  while (text && *text) {
    size_t length = strcspn(text, ":");
    const char *equals = memchr(text, '=', length);
    size_t key_length = equals ? (size_t)(equals - text) : length;
    if (length && (!equals || !option_set(options, text, key_length, equals + 1, length - key_length - 1)))
      say("TRACK_OPTIONS: ignored: ", text, length, " (unknown option or bad value; help=1 lists them)");
    text += length + (text[length] == ':');
  }
  clamp(&options->stack_depth, 1, 48);
  clamp(&options->lane_kib, 16, 1024);
  make_absolute(options->output);
  if (options->help)
    print_help();
}

bool options_set_output(struct options *options, const char *folder) {
  if (strlen(folder) >= sizeof options->output)
    return false;
  strcpy(options->output, folder);
  make_absolute(options->output);
  return true;
}
