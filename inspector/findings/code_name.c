/* code_name.c - see code_name.h. A demangled name read from left to right; brackets are skipped as wholes. Inlined functions without a
 * linkage name (lambdas, anonymous namespaces) get their name from the scopes of the debug information, which knows neither parameters nor
 * numbers: what both have in common stays. */
#include "findings/code_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "util/alloc.h"

#define LAMBDA "{lambda}"

struct reading {
  const char *at;
  char *name; /* what stays so far */
  size_t length;
};

static bool is_next(const struct reading *reading, const char *text) {
  return strncmp(reading->at, text, strlen(text)) == 0;
}

static void put(struct reading *reading, const char *text, size_t length) {
  memcpy(reading->name + reading->length, text, length);
  reading->length += length;
}

/* Behind the bracket that closes the one at reading->at; the end of the text where none does. */
static void skip_bracket(struct reading *reading) {
  static const char opening[] = "(<[{", closing[] = ")>]}";
  unsigned depth = 0;
  for (; *reading->at; reading->at++) {
    bool is_arrow = *reading->at == '>' && reading->at[-1] == '-';
    if (strchr(opening, *reading->at))
      depth++;
    else if (strchr(closing, *reading->at) && !is_arrow && --depth == 0) {
      reading->at++;
      return;
    }
  }
}

static bool is_word_character(char character) {
  return isalnum((unsigned char)character) || character == '_';
}

static bool is_operator(const struct reading *reading) {
  static const char word[] = "operator";
  bool begins = !reading->length || !is_word_character(reading->name[reading->length - 1]);
  return begins && is_next(reading, word) && !is_word_character(reading->at[sizeof word - 1]);
}

/* "operator()", "operator<<", "operator bool" */
static void read_operator(struct reading *reading) {
  const char *end = reading->at + strlen("operator");
  if (strncmp(end, "()", 2) == 0)
    end += 2;
  else if (*end != ' ')
    end += strspn(end, "<>=!+-*/%^&|~[],");
  else
    end += strcspn(end, "(<");
  put(reading, reading->at, (size_t)(end - reading->at));
  reading->at = end;
}

/* What behind the parameters belongs to the type. */
static bool is_at_end(const struct reading *reading) {
  return is_next(reading, " const") || is_next(reading, " volatile") || is_next(reading, " &") || is_next(reading, " [");
}

/* One character, or one thing. False at the end. */
static bool step(struct reading *reading) {
  if (!*reading->at || (reading->length && is_at_end(reading)))
    return false;
  if (is_operator(reading)) {
    read_operator(reading);
  } else if (is_next(reading, "(anonymous namespace)::")) {
    reading->at += strlen("(anonymous namespace)::");
  } else if (strchr("(<[", *reading->at)) {
    skip_bracket(reading);
  } else if (*reading->at == '{') {
    skip_bracket(reading);
    put(reading, LAMBDA, strlen(LAMBDA));
  } else if (is_next(reading, "$_")) {
    reading->at += 2 + strspn(reading->at + 2, "0123456789");
    put(reading, LAMBDA, strlen(LAMBDA));
  } else if (*reading->at == ' ') { /* a return type was that */
    reading->length = 0;
    reading->at++;
  } else {
    put(reading, reading->at++, 1);
  }
  return true;
}

char *code_name(const char *function) {
  if (!function)
    return xstrdup("");
  /* "$_" and "{}" grow to LAMBDA */
  struct reading reading = {.at = function, .name = xcalloc(strlen(function) * sizeof LAMBDA + 1, 1)};
  while (step(&reading))
    continue;
  reading.name[reading.length] = '\0';
  return reading.name;
}
