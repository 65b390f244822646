/* labels.c - see labels.h. A name is made when it is first asked for: a trace may have a million objects, and a format may show few. */
#include "viz/export/labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/names.h"
#include "trace/text_words.h"
#include "util/alloc.h"
#include "viz/label.h"

enum { N_MODES = 256 };

struct labels {
  const struct names *names;
  const struct source_info *info;
  char *(*encode)(const char *name);
  char **threads, **objects, **sites; /* NULL: not asked for yet */
  uint32_t n_threads, n_objects, n_sites;
  char *unknown;
  char *modes[N_MODES];
};

struct labels *labels_new(const struct model *whole, const struct names *names, char *(*encode)(const char *name)) {
  struct labels *labels = xcalloc(1, sizeof *labels);
  *labels = (struct labels){.names = names,
                            .info = whole->info,
                            .encode = encode,
                            .n_threads = whole->info->n_threads,
                            .n_objects = whole->n_objects,
                            .n_sites = whole->info->n_sites};
  labels->threads = xcalloc(labels->n_threads + 1, sizeof *labels->threads);
  labels->objects = xcalloc(labels->n_objects + 1, sizeof *labels->objects);
  labels->sites = xcalloc(labels->n_sites + 1, sizeof *labels->sites);
  labels->unknown = encode("?");
  return labels;
}

static void free_all(char **texts, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    free(texts[i]);
}

void labels_free(struct labels *labels) {
  if (!labels)
    return;
  free_all(labels->threads, labels->n_threads);
  free_all(labels->objects, labels->n_objects);
  free_all(labels->sites, labels->n_sites);
  free_all(labels->modes, N_MODES);
  free(labels->threads);
  free(labels->objects);
  free(labels->sites);
  free(labels->unknown);
  free(labels);
}

const struct names *labels_names(const struct labels *labels) {
  return labels->names;
}

static const char *encoded(const struct labels *labels, char **slot, char *plain) {
  *slot = labels->encode(plain ? plain : "?");
  free(plain);
  return *slot;
}

const char *labels_thread(struct labels *labels, uint32_t thread) {
  if (thread >= labels->n_threads)
    return labels->unknown;
  char **slot = &labels->threads[thread];
  return *slot ? *slot : encoded(labels, slot, names_thread(labels->names, thread));
}

const char *labels_object(struct labels *labels, uint32_t object) {
  if (object >= labels->n_objects)
    return labels->unknown;
  char **slot = &labels->objects[object];
  return *slot ? *slot : encoded(labels, slot, names_object(labels->names, object));
}

const char *labels_site(struct labels *labels, uint32_t site) {
  if (site >= labels->n_sites)
    return "";
  char **slot = &labels->sites[site];
  if (*slot)
    return *slot;
  struct stack stack = names_site(labels->names, site);
  encoded(labels, slot, label_stack(&stack));
  stack_done(&stack);
  return *slot;
}

const char *labels_mode(struct labels *labels, uint8_t mode) {
  char **slot = &labels->modes[mode];
  if (*slot)
    return *slot;
  *slot = xstrdup("");
  for (const struct text_word *word = text_modes; word->word; word++) {
    if (!(mode & word->value))
      continue;
    char *longer = xasprintf("%s%s%s", *slot, **slot ? "," : "", word->word);
    free(*slot);
    *slot = longer;
  }
  return *slot;
}

char *labels_variable(const struct labels *labels, uint32_t place) {
  const struct source_place *it = place < labels->info->n_places ? &labels->info->places[place] : NULL;
  char *plain = it && it->name ? xstrdup(it->name) : xasprintf("0x%" PRIx64, it ? it->address : 0), *label = NULL;
  encoded(labels, &label, plain);
  return label;
}

const char *labels_op(uint8_t op) {
  const struct text_word *word = text_op_of(op);
  return word ? word->word : "?";
}

const char *labels_result(int32_t result, char room[RESULT_BYTES]) {
  const char *name = result > 0 ? strerrorname_np(result) : NULL;
  if (name)
    return name;
  snprintf(room, RESULT_BYTES, "%" PRId32, result);
  return result ? room : "";
}
