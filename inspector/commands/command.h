/* command.h - the contract of every subcommand: a row of commands.def, a file here with its own argp parser. */
#ifndef INSPECTOR_COMMAND_H
#define INSPECTOR_COMMAND_H

#define COMMAND(name, summary) int command_##name(int argc, char **argv);
#include "commands/commands.def"
#undef COMMAND

enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_TROUBLE = 2, EXIT_RUN_FINDINGS = 66 };

#endif
