/* source_paths.h - source files as a repository knows them: relative to its root, wherever the program was compiled. */
#ifndef INSPECTOR_SOURCE_PATHS_H
#define INSPECTOR_SOURCE_PATHS_H

#include <stdbool.h>
#include <stdint.h>

struct findings;

struct path_map {
  char *from, *to;
  bool is_absolute; /* what it maps */
};

/* Zeroed: the root is the current folder, nothing is mapped. */
struct source_paths {
  char *root;      /* as it was named, absolute, without a slash at its end; "" is the root of all; NULL: not known yet */
  char *real_root; /* the same without symbolic links; NULL: it does not exist here */
  struct path_map *maps;
  uint32_t n_maps;
};

/* NULL: the current folder. It need not exist: it may be that of the machine where the program was compiled. */
void source_paths_set_root(struct source_paths *paths, const char *root);
/* What begins with `from` begins with `to` instead; an empty or relative `to` lies in the root. The first that fits counts. */
void source_paths_add_map(struct source_paths *paths, const char *from, const char *to);
void source_paths_done(struct source_paths *paths);

/* Renames the files of all stacks as the maps say. */
void source_paths_apply(const struct source_paths *paths, struct findings *findings);

/* Relative to the root if it lies there, else absolute; without "." and "..". `paths` may be NULL: then only what is relative lies
 * there. Caller frees. */
char *source_path(const struct source_paths *paths, const char *file, bool *ret_is_inside);

/* A path as the path of a URI (RFC 3986): every byte that is none of its own is %XX, so that any name gives a valid URI. Caller frees. */
char *source_uri_path(const char *path);

#endif
