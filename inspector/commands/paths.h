/* paths.h - lists of file names, what a user's TRACE argument stands for, and how its trouble is told. */
#ifndef INSPECTOR_PATHS_H
#define INSPECTOR_PATHS_H

/* Full paths of the recordings in a folder, sorted, NULL-terminated; free by paths_free(). */
char **paths_of_folder(const char *folder, unsigned *ret_n);

/* The trace files that TRACE names: itself, or those in the folder. Returns 0, or EXIT_TROUBLE after one line. */
int paths_expand(const char *trace, char ***ret_paths, unsigned *ret_n);

void paths_free(char **paths);

/* A trace that comes through a pipe (/dev/stdin, <(...)) and is read more than once: what it brings is put into a file behind the same
 * descriptor, so that the path stays right. Returns 0, or EXIT_TROUBLE after one line. Other paths are left alone. */
int path_keep_pipe(const char *path);

struct source;

/* After a trace was read to its end: was all of it readable? If not, the first trouble is said in one line. Returns 0 or EXIT_TROUBLE. */
int source_complain(const struct source *source);

#endif
