/* pattern.c - see pattern.h. One matcher that goes back to the last star only, which is enough: what an earlier star took can be left
 * to a later one. Its time is the product of both lengths at worst. */
#include "findings/pattern.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Compares [pattern, end) with the whole text, or with a part that may begin or end anywhere. */
struct glob {
  const char *pattern, *end;
  bool has_question_marks, begins_anywhere, ends_anywhere;
};

static bool is_one(const struct glob *glob, const char *at, char character) {
  return at < glob->end && (*at == character || (glob->has_question_marks && *at == '?'));
}

static bool glob_fits(const struct glob *glob, const char *text) {
  const char *at = glob->pattern, *star = glob->begins_anywhere ? at : NULL, *retry = text;
  for (;;) {
    if (at < glob->end && *at == '*') {
      star = ++at;
      retry = text;
    } else if (at == glob->end && (glob->ends_anywhere || !*text)) {
      return true;
    } else if (*text && is_one(glob, at, *text)) {
      at++;
      text++;
    } else if (star && *retry) {
      at = star;
      text = ++retry;
    } else {
      return false;
    }
  }
}

bool pattern_is_whole(const char *pattern, const char *text) {
  struct glob glob = {.pattern = pattern, .end = pattern + strlen(pattern), .has_question_marks = true};
  return text && glob_fits(&glob, text);
}

bool pattern_is_part(const char *pattern, const char *text) {
  if (!text || !*text)
    return false;
  struct glob glob = {.pattern = pattern, .end = pattern + strlen(pattern), .begins_anywhere = true, .ends_anywhere = true};
  if (*glob.pattern == '^') {
    glob.pattern++;
    glob.begins_anywhere = false;
  }
  if (glob.end > glob.pattern && glob.end[-1] == '$') {
    glob.end--;
    glob.ends_anywhere = false;
  }
  return glob_fits(&glob, text);
}

bool pattern_is_path(const char *pattern, const char *path) {
  if (!path)
    return false;
  size_t n_slashes = 0;
  for (const char *at = pattern; *at; at++)
    n_slashes += *at == '/';
  const char *part = path + strlen(path);
  for (; part > path; part--)
    if (part[-1] == '/' && n_slashes-- == 0)
      break;
  return pattern_is_whole(pattern, part) || pattern_is_whole(pattern, path);
}

/* Where the parameter list at the end of a demangled name begins; NULL: it has none. */
static const char *parameters_of(const char *function) {
  size_t length = strlen(function);
  const char *at = function + length;
  if (length >= 6 && strcmp(at - 6, " const") == 0)
    at -= 6;
  if (at == function || at[-1] != ')')
    return NULL;
  unsigned depth = 0;
  while (at > function) {
    at--;
    depth += *at == ')';
    if (*at == '(' && --depth == 0)
      return at > function ? at : NULL;
  }
  return NULL;
}

bool pattern_is_function(const char *pattern, const char *function) {
  if (!function)
    return false;
  if (pattern_is_whole(pattern, function))
    return true;
  const char *parameters = parameters_of(function);
  if (!parameters)
    return false;
  char *name = xasprintf("%.*s", (int)(parameters - function), function);
  bool fits = pattern_is_whole(pattern, name);
  free(name);
  return fits;
}
