/* render.c - the only file that knows libgvc. Graphviz prints its complaints on stderr: they are kept, and the last one told to the
 * caller when nothing comes out. */
#include "viz/render.h"

#include <errno.h>
#include <gvc.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "viz/graph.h"

static const char *const extensions[] = {[PICTURE_DOT] = "dot", [PICTURE_SVG] = "svg", [PICTURE_PNG] = "png", [PICTURE_PDF] = "pdf"};
enum { N_FORMATS = sizeof extensions / sizeof *extensions };

int picture_format_of(const char *path) {
  const char *dot = strrchr(path, '.');
  for (int i = 0; dot && i < N_FORMATS; i++)
    if (!strcasecmp(dot + 1, extensions[i]))
      return i;
  return -1;
}

static int keep_quiet(char *text) {
  (void)text;
  return 0;
}

/* One line of what Graphviz said last, else `instead`. */
static char *reason(const char *instead) {
  const char *said = aglasterr();
  if (!said || !*said)
    return xstrdup(instead);
  char *line = xstrdup(said);
  line[strcspn(line, "\n")] = '\0';
  return line;
}

static int write_bytes(const char *bytes, size_t n, FILE *out, char **ret_error) {
  errno = 0;
  if (fwrite(bytes, 1, n, out) == n)
    return 0;
  int error = errno ? errno : EIO;
  *ret_error = xstrdup(strerror(error));
  return -error;
}

static int render(GVC_t *context, Agraph_t *graph, enum picture_format format, FILE *out, char **ret_error) {
  char *bytes = NULL;
  unsigned n = 0;
  if (gvRenderData(context, graph, extensions[format], &bytes, &n) || !bytes) {
    *ret_error = reason("Graphviz makes nothing of it");
    return -EIO;
  }
  int error = write_bytes(bytes, n, out, ret_error);
  gvFreeRenderData(bytes);
  return error;
}

/* One for all pictures, and never freed: Graphviz remembers the name of the last font in a variable of its own (the Pango plugin), and
 * a context takes the names along. The only variable here that changes, as the library has one, too. */
static GVC_t *the_context(void) {
  static GVC_t *context;
  if (!context)
    context = gvContext();
  return context;
}

int picture_write(const struct drawing *drawing, const char *engine, enum picture_format format, FILE *out, char **ret_error) {
  if (format == PICTURE_DOT) {
    int error = drawing_write(drawing, out);
    if (error)
      *ret_error = xstrdup(strerror(-error));
    return error;
  }
  agseterrf(keep_quiet);
  GVC_t *context = the_context();
  Agraph_t *graph = drawing_graph(drawing);
  int error = -EIO;
  if (gvLayout(context, graph, engine))
    *ret_error = reason("Graphviz cannot lay it out");
  else
    error = render(context, graph, format, out, ret_error);
  gvFreeLayout(context, graph);
  return error;
}
