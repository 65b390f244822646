/* main.c - the command table: find the subcommand, hand over, print the usage from the same table. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"

static const struct command {
  const char *name, *summary;
  int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, summary) {#name, summary, command_##name},
#include "commands/commands.def"
};
enum { N_COMMANDS = sizeof commands / sizeof *commands, NAME_WIDTH = 14 };

/* The table's names are identifiers: verify_witness is typed verify-witness. */
static char letter_of(const struct command *command, size_t i) {
  return command->name[i] == '_' ? '-' : command->name[i];
}

static bool has_name(const struct command *command, const char *name) {
  size_t i = 0;
  while (name[i] && letter_of(command, i) == name[i])
    i++;
  return !name[i] && !command->name[i];
}

static const struct command *command_find(const char *name) {
  for (size_t i = 0; i < N_COMMANDS; i++)
    if (has_name(&commands[i], name))
      return &commands[i];
  return NULL;
}

static void print_name(FILE *out, const struct command *command) {
  int width = 0;
  for (; command->name[width]; width++)
    fputc(letter_of(command, (size_t)width), out);
  fprintf(out, "%*s ", width < NAME_WIDTH ? NAME_WIDTH - width : 0, "");
}

static void print_usage(FILE *out) {
  fputs("Usage: inspector COMMAND [ARGUMENTS]\n\n", out);
  for (size_t i = 0; i < N_COMMANDS; i++) {
    fputs("  ", out);
    print_name(out, &commands[i]);
    fprintf(out, "%s\n", commands[i].summary);
  }
  fputs("\n'inspector help COMMAND' tells more. Start with: inspector run -- ./program\n", out);
}

static int command_help(int argc, char **argv) {
  if (argc < 2) {
    print_usage(stdout);
    return EXIT_CLEAN;
  }
  const struct command *command = command_find(argv[1]);
  if (!command) {
    fprintf(stderr, "inspector: %s: no such command; 'inspector help' lists them\n", argv[1]);
    return EXIT_TROUBLE;
  }
  char *arguments[] = {argv[1], (char *)"--help", NULL};
  return command->run(2, arguments);
}

/* A file of ours must not become 0, 1 or 2 where those were closed: a report would end up in it. The program that is recorded
 * finds them closed again. */
static void occupy_standard_streams(void) {
  int fd = 0;
  do
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && fd <= 2);
  if (fd > 2)
    close(fd);
}

int main(int argc, char **argv) {
  occupy_standard_streams();
  if (argc < 2) {
    print_usage(stderr);
    return EXIT_TROUBLE;
  }
  if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
    return command_help(argc - 1, argv + 1);
  if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
    puts("inspector " TRACK_VERSION);
    return EXIT_CLEAN;
  }
  const struct command *command = command_find(argv[1]);
  if (!command) {
    fprintf(stderr, "inspector: %s: no such command; 'inspector help' lists them\n", argv[1]);
    return EXIT_TROUBLE;
  }
  return command->run(argc - 1, argv + 1);
}
