/* program.h - the program to record: where it is, and whether a preloaded library can get into it at all. */
#ifndef INSPECTOR_PROGRAM_H
#define INSPECTOR_PROGRAM_H

struct program {
  char *path;    /* what is executed */
  char *binary;  /* the ELF file that runs in the end: `path`, or a script's interpreter */
  char *runtime; /* sanitizer library that must be loaded before ours; NULL: none */
};

/* Find NAME as execvp() would and examine it. Returns 0, or EXIT_TROUBLE after one line. */
int program_find(struct program *program, const char *name);
void program_done(struct program *program);

#endif
