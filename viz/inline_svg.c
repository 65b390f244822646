/* inline_svg.c - see inline_svg.h. Graphviz writes quotes and angle brackets of texts as entities, so that what looks like an attribute
 * or a tag is one. */
#include "viz/inline_svg.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "viz/render.h"

static char *render(const struct drawing *drawing, const char *engine) {
  char *svg = NULL, *why = NULL;
  size_t bytes = 0;
  FILE *out = open_memstream(&svg, &bytes);
  if (!out)
    abort(); /* out of memory, as everywhere offline */
  int error = picture_write(drawing, engine, PICTURE_SVG, out, &why);
  fclose(out);
  free(why);
  if (!error)
    return svg;
  free(svg);
  return NULL;
}

/* What to put the prefix behind. */
static size_t reference_length(const char *at) {
  static const char *const references[] = {" id=\"", " xlink:href=\"#", " href=\"#", "url(#"};
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (!strncmp(at, references[i], strlen(references[i])))
      return strlen(references[i]);
  return 0;
}

static const char *skip_title(const char *at) {
  const char *end = strncmp(at, "<title>", 7) ? NULL : strstr(at, "</title>\n");
  return end ? end + 9 : at;
}

/* Bytes up to the next tag, reference or title; texts are left as they are. */
static size_t plain_length(const char *at, bool in_tag) {
  return 1 + strcspn(at + 1, in_tag ? "> u" : "<");
}

static void write_own(FILE *out, const char *at, const char *prefix) {
  for (bool in_tag = false; *at;) {
    at = skip_title(at);
    in_tag = *at == '<' || (in_tag && *at != '>');
    size_t n = in_tag ? reference_length(at) : 0;
    size_t bytes = n ? n : *at ? plain_length(at, in_tag) : 0;
    fwrite(at, 1, bytes, out);
    if (n)
      fputs(prefix, out);
    at += bytes;
  }
}

char *inline_svg(const struct drawing *drawing, const char *engine, const char *prefix) {
  char *svg = render(drawing, engine), *own = NULL;
  const char *begin = svg ? strstr(svg, "<svg") : NULL;
  size_t bytes = 0;
  FILE *out = begin ? open_memstream(&own, &bytes) : NULL;
  if (out) {
    write_own(out, begin, prefix);
    fclose(out);
  }
  free(svg);
  return own;
}
