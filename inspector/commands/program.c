/* program.c - find a program as execvp(3) does, follow #! to the interpreter, refuse what cannot be recorded.
 *
 * LD_PRELOAD is read by the dynamic loader: a program without one (static) or of another architecture never sees it, and
 * in secure-execution mode (ld.so(8): setuid, setgid, file capabilities) the loader drops it. Silence would look like a clean
 * run, so each of these is said and refused before anything starts. */
#include "commands/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/elf_file.h"
#include "commands/usage.h"
#include "util/alloc.h"

enum { MAX_INTERPRETERS = 5, SCRIPT_LINE_BYTES = 256 };

/* Returns 0 if `path` can be executed, else an errno value; EISDIR for a folder. */
static int executable_error(const char *path) {
  struct stat status;
  if (stat(path, &status))
    return errno;
  if (S_ISDIR(status.st_mode))
    return EISDIR;
  if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
    return EACCES;
  return 0;
}

static int search_path(const char *name, char **ret_path) {
  const char *list = getenv("PATH");
  int error = ENOENT;
  for (const char *part = list ? list : "/bin:/usr/bin"; part; part = strchr(part, ':') ? strchr(part, ':') + 1 : NULL) {
    int length = (int)strcspn(part, ":");
    char *path = length ? xasprintf("%.*s/%s", length, part, name) : xstrdup(name);
    int found = executable_error(path);
    if (!found) {
      *ret_path = path;
      return 0;
    }
    if (found == EACCES)
      error = EACCES;
    free(path);
  }
  return error;
}

/* As execvp: a name with a slash is a path, another one is looked for in PATH. */
static int program_search(const char *name, char **ret_path) {
  if (!strchr(name, '/'))
    return *name ? search_path(name, ret_path) : ENOENT;
  int error = executable_error(name);
  if (!error)
    *ret_path = xstrdup(name);
  return error;
}

/* Would the loader be in secure-execution mode? Returns why, or NULL. */
static const char *secure_mode(const char *path) {
  struct stat status;
  struct statvfs filesystem;
  if (stat(path, &status) || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
    return NULL;
  if (!statvfs(path, &filesystem) && (filesystem.f_flag & ST_NOSUID))
    return NULL;
  if ((status.st_mode & S_ISUID) && status.st_uid != getuid())
    return "is setuid";
  if ((status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && status.st_gid != getgid())
    return "is setgid";
  if (getuid() && getxattr(path, "security.capability", NULL, 0) > 0)
    return "has file capabilities";
  return NULL;
}

/* First line of a script without "#!", or NULL if it is none. */
static char *script_line(const char *path) {
  char line[SCRIPT_LINE_BYTES + 1] = "";
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, line, SCRIPT_LINE_BYTES);
  if (fd >= 0)
    close(fd);
  if (n < 2 || line[0] != '#' || line[1] != '!')
    return NULL;
  line[n] = '\0';
  line[strcspn(line, "\n")] = '\0';
  return xstrdup(line + 2);
}

/* The program that "env ARGUMENTS" of a #! line starts: its first word that is neither an option nor an assignment. */
static char *env_target(char *arguments) {
  for (char *save = NULL, *word = strtok_r(arguments, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
    if (*word != '-' && !strchr(word, '='))
      return xstrdup(word);
  return NULL;
}

/* What runs a script, by its #! line; NULL if the line names nothing. */
static char *script_interpreter(char *line) {
  char *save = NULL, *interpreter = strtok_r(line, " \t", &save);
  if (!interpreter)
    return NULL;
  const char *slash = strrchr(interpreter, '/');
  char *target = slash && !strcmp(slash, "/env") && save ? env_target(save) : NULL;
  char *path = NULL;
  if (target && !program_search(target, &path)) {
    free(target);
    return path;
  }
  free(target);
  return xstrdup(interpreter);
}

static int refuse(const char *name, const char *binary, const char *why) {
  if (strcmp(name, binary))
    complain("%s: cannot be recorded: its interpreter %s %s", name, binary, why);
  else
    complain("%s: cannot be recorded: it %s", name, why);
  return EXIT_TROUBLE;
}

static int binary_check(struct program *program, const char *name) {
  const char *shown = strcmp(program->binary, program->path) ? program->binary : name;
  const char *secure = secure_mode(program->binary);
  if (secure) {
    char *why = xasprintf("%s, so the loader ignores LD_PRELOAD", secure);
    refuse(name, shown, why);
    free(why);
    return EXIT_TROUBLE;
  }
  struct elf_file file;
  char *why = elf_file_read(program->binary, &file);
  if (why) {
    refuse(name, shown, why);
    free(why);
    return EXIT_TROUBLE;
  }
  if (file.needs_runtime)
    program->runtime = elf_resolve_needed(program->binary, &file);
  elf_file_done(&file);
  return 0;
}

/* Follow #! lines from program->path to the binary that runs. */
static int program_follow(struct program *program, const char *name) {
  program->binary = xstrdup(program->path);
  for (unsigned depth = 0;; depth++) {
    char *line = script_line(program->binary);
    if (!line)
      return 0;
    char *interpreter = depth < MAX_INTERPRETERS ? script_interpreter(line) : NULL;
    free(line);
    int error = interpreter ? executable_error(interpreter) : ENOEXEC;
    if (error) {
      complain("%s: its interpreter %s cannot be run: %s", name, interpreter ? interpreter : "line", strerror(error));
      free(interpreter);
      return EXIT_TROUBLE;
    }
    free(program->binary);
    program->binary = interpreter;
  }
}

int program_find(struct program *program, const char *name) {
  *program = (struct program){0};
  int error = program_search(name, &program->path);
  if (error) {
    complain("%s: cannot be run: %s", name, error == ENOENT && !strchr(name, '/') ? "no such program in PATH" : strerror(error));
    return EXIT_TROUBLE;
  }
  error = program_follow(program, name);
  return error ? error : binary_check(program, name);
}

void program_done(struct program *program) {
  free(program->path);
  free(program->binary);
  free(program->runtime);
}
