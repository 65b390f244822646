/* source_paths.c - see source_paths.h.
 *
 * Debug information holds paths as the compiler was called: absolute ones of another machine, ones with ".." of a build folder, ones
 * through a symbolic link, relative ones of a compiler that was told to hide its folder. What compares them with the root is the
 * text first, without looking at any disk, so that a report about a program from elsewhere comes out the same; links are followed only when
 * that did not help and the file is here. A ".." after a symbolic link is taken by its text, as it is in a URI. */
#include "report/source_paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "findings/finding.h"
#include "util/alloc.h"

static char *join(const char *folder, const char *path) {
  return xasprintf("%s%s%s", folder, *folder && *path ? "/" : "", path);
}

/* Appends a component to `out`, which is a path without a slash at its end; "" is nothing, or the root of all if it `is_absolute`. */
static char *step(char *begin, char *out, const char *part, size_t n, bool is_absolute) {
  if (!n || (n == 1 && *part == '.'))
    return out;
  if (n == 2 && !strncmp(part, "..", 2)) {
    char *last = begin;
    for (char *at = begin; at < out; at++)
      if (*at == '/')
        last = at;
    bool is_up = out - last >= 2 && !strncmp(out - 2, "..", 2) && (out - 2 == begin || out[-3] == '/');
    if (out > begin && !is_up)
      return last;
    if (is_absolute)
      return out;
  }
  if (out > begin || is_absolute)
    *out++ = '/';
  memcpy(out, part, n);
  return out + n;
}

/* Without ".", "..", and slashes that mean nothing; "" is the root of all, or the folder itself if it is relative. */
static char *normal_path(const char *path) {
  bool is_absolute = *path == '/';
  char *normal = xmalloc(strlen(path) + 2), *out = normal;
  for (size_t n; *path; path += n + (path[n] == '/')) {
    n = strcspn(path, "/");
    out = step(normal, out, path, n, is_absolute);
  }
  *out = '\0';
  return normal;
}

/* What is left of `path` behind `folder` and its slash; NULL: it does not lie there. */
static const char *behind(const char *path, const char *folder) {
  size_t n = strlen(folder);
  if (!n && *path != '/')
    return path;
  if (strncmp(path, folder, n) != 0)
    return NULL;
  return path[n] == '/' ? path + n + 1 : path[n] ? NULL : path + n;
}

/* $PWD, if it is right: the shell's name of the current folder is what compilers put into debug information. */
static char *current_folder(void) {
  const char *told = getenv("PWD");
  struct stat a, b;
  if (told && *told == '/' && !stat(told, &a) && !stat(".", &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
    return xstrdup(told);
  char *real = realpath(".", NULL);
  return real ? real : xstrdup("/");
}

void source_paths_set_root(struct source_paths *paths, const char *root) {
  char *current = root && *root == '/' ? xstrdup("") : current_folder();
  char *whole = join(current, root ? root : "");
  free(paths->root);
  free(paths->real_root);
  paths->root = normal_path(whole);
  char *real = realpath(whole, NULL);
  paths->real_root = real ? normal_path(real) : NULL;
  free(real);
  free(whole);
  free(current);
}

void source_paths_add_map(struct source_paths *paths, const char *from, const char *to) {
  char *normal = normal_path(to);
  struct path_map map = {
      .from = normal_path(from), .to = *to == '/' && !*normal ? xstrdup("/") : xstrdup(normal), .is_absolute = *from == '/'};
  paths->maps = xreallocarray(paths->maps, paths->n_maps + 1, sizeof *paths->maps);
  paths->maps[paths->n_maps++] = map;
  free(normal);
}

void source_paths_done(struct source_paths *paths) {
  for (uint32_t i = 0; i < paths->n_maps; i++) {
    free(paths->maps[i].from);
    free(paths->maps[i].to);
  }
  free(paths->maps);
  free(paths->root);
  free(paths->real_root);
  *paths = (struct source_paths){0};
}

/* The file's new name, absolute; NULL: it keeps its own. */
static char *mapped(const struct source_paths *paths, const char *file) {
  char *normal = normal_path(file), *name = NULL;
  for (uint32_t i = 0; i < paths->n_maps && !name; i++) {
    const struct path_map *map = &paths->maps[i];
    const char *rest = map->is_absolute == (*file == '/') ? behind(normal, map->from) : NULL;
    if (!rest)
      continue;
    char *moved = join(map->to, rest);
    char *whole = *moved == '/' ? xstrdup(moved) : xasprintf("%s/%s", paths->root, moved);
    name = normal_path(whole);
    free(whole);
    free(moved);
  }
  free(normal);
  return name;
}

static void apply_to_stack(const struct source_paths *paths, struct stack *stack) {
  for (uint32_t i = 0; i < stack->n_frames; i++) {
    struct frame *frame = &stack->frames[i];
    char *name = frame->file ? mapped(paths, frame->file) : NULL;
    if (!name)
      continue;
    free(frame->file);
    frame->file = name;
  }
}

static void apply_to_thread(const struct source_paths *paths, struct finding_thread *thread) {
  apply_to_stack(paths, &thread->stack);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    apply_to_stack(paths, &thread->held_stacks[i]);
  for (uint32_t i = 0; i < thread->n_places; i++)
    apply_to_stack(paths, &thread->places[i].stack);
}

void source_paths_apply(const struct source_paths *paths, struct findings *findings) {
  if (!paths->n_maps)
    return;
  for (size_t i = 0; i < findings->n_items; i++)
    for (uint32_t k = 0; k < findings->items[i]->n_threads; k++)
      apply_to_thread(paths, &findings->items[i]->threads[k]);
}

static const char *behind_root(const struct source_paths *paths, const char *path) {
  const char *rest = paths->root ? behind(path, paths->root) : NULL;
  return !rest && paths->real_root ? behind(path, paths->real_root) : rest;
}

/* What leaves the root is absolute. */
static char *absolute_outside(const struct source_paths *paths, const char *file) {
  char *normal = normal_path(file);
  if (!paths || !paths->root || *file == '/' || strncmp(normal, "../", 3) != 0)
    return normal;
  char *whole = xasprintf("%s/%s", paths->root, normal);
  free(normal);
  normal = normal_path(whole);
  free(whole);
  return normal;
}

char *source_path(const struct source_paths *paths, const char *file, bool *ret_is_inside) {
  char *normal = absolute_outside(paths, file);
  const char *rest = *normal == '/' || *file == '/' ? NULL : normal;
  if (!rest && paths)
    rest = behind_root(paths, normal);
  char *real = !rest && paths ? realpath(file, NULL) : NULL;
  if (real)
    rest = behind_root(paths, real);
  *ret_is_inside = rest != NULL;
  char *path = xstrdup(rest ? rest : normal);
  free(real);
  free(normal);
  return path;
}

char *source_uri_path(const char *path) {
  static const char own[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
  char *uri = xmalloc(3 * strlen(path) + 1), *out = uri;
  for (; *path; path++)
    if (strchr(own, *path))
      *out++ = *path;
    else
      out += sprintf(out, "%%%02X", (unsigned)(unsigned char)*path);
  *out = '\0';
  return uri;
}
