/* suppress_defaults.c - the built-in table as if it were a file; each row with its reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/suppress.h"
#include "util/alloc.h"

static const struct {
  const char *entry, *reason;
} defaults[] = {
#define SUPPRESS_DEFAULT(entry, reason) {entry, reason},
#include "findings/suppress_defaults.def"
#undef SUPPRESS_DEFAULT
    {NULL, NULL},
};

char *suppressions_defaults_text(void) {
  char *text = NULL;
  size_t n_bytes = 0;
  FILE *out = open_memstream(&text, &n_bytes);
  if (!out)
    return xstrdup("");
  for (size_t i = 0; defaults[i].entry; i++)
    fprintf(out, "# %s\n%s\n", defaults[i].reason, defaults[i].entry);
  fclose(out);
  return text;
}

void suppressions_add_defaults(struct suppressions *suppressions) {
  char *text = suppressions_defaults_text(), *error = NULL;
  suppressions_parse(suppressions, "built-in", text, strlen(text), &error);
  suppressions->files[suppressions->n_files - 1].is_built_in = true;
  free(error); /* a test reads them all */
  free(text);
}
