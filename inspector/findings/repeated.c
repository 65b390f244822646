/* repeated.c - see repeated.h. A server that forks a thousand workers makes a thousand recordings of one bug; reading the
 * symbols of all its libraries for each of them would take minutes.
 *
 * A site is then its list of {module, offset in the module}, which is the same in all of them. What no module holds counts
 * by its address. findings_finish() merges what looks equal only with symbols. */
#include "findings/repeated.h"

#include <stdlib.h>
#include <string.h>

#include "findings/hash.h"
#include "util/alloc.h"

static uint64_t hash_pc(uint64_t hash, const struct source_info *info, uint64_t pc) {
  for (uint32_t i = info->n_modules; i-- > 0;) {
    const struct source_module *module = &info->modules[i];
    if (pc >= module->begin && pc < module->end)
      return hash_word(hash_text(hash, module->path), pc - module->bias);
  }
  return hash_word(hash, pc);
}

static uint64_t hash_site(uint64_t hash, const struct source_info *info, uint32_t site) {
  if (site >= info->n_sites)
    return hash_word(hash, 0);
  for (uint32_t i = 0; i < info->sites[site].n_pcs; i++)
    hash = hash_pc(hash, info, info->sites[site].pcs[i]);
  return hash_word(hash, info->sites[site].n_pcs);
}

static uint64_t hash_thread(const struct model *model, const struct finding_thread *thread) {
  const struct source_info *info = model->info;
  uint64_t hash = hash_site(hash_text(HASH_SEED, thread->what), info, thread->site);
  if (thread->thread < info->n_threads)
    hash = hash_pc(hash, info, info->threads[thread->thread].start_pc);
  if (thread->thread < model->n_threads)
    hash = hash_site(hash, info, model->threads[thread->thread].create_site);
  for (uint32_t i = 0; i < thread->n_holds; i++)
    hash = hash_site(hash, info, thread->held_sites[i]);
  for (uint32_t i = 0; i < thread->n_places; i++)
    hash = hash_site(hash_text(hash, thread->places[i].what), info, thread->places[i].site);
  return hash;
}

static bool has_any_site(const struct finding *finding) {
  for (uint32_t i = 0; i < finding->n_threads; i++)
    if (finding->threads[i].site || finding->threads[i].n_holds || finding->threads[i].n_places)
      return true;
  return false;
}

/* 0: this finding cannot be told from others by its sites. */
static uint64_t code_key(const struct finding *finding, const struct model *model) {
  if (finding->by_name || !has_any_site(finding))
    return 0;
  uint64_t *keys = xcalloc(finding->n_threads, sizeof *keys);
  for (uint32_t i = 0; i < finding->n_threads; i++)
    keys[i] = hash_thread(model, &finding->threads[i]);
  uint64_t key = hash_set(hash_text(HASH_SEED, finding->kind), keys, finding->n_threads);
  free(keys);
  return hash_word(hash_text(key, finding->benign), finding->verdict * 8u + finding->severity) | 1;
}

static int compare_keys(const void *a, const void *b) {
  const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
  return (x->code_key > y->code_key) - (x->code_key < y->code_key);
}

/* What was resolved before, by key; caller frees. */
static struct finding **sorted_resolved(const struct findings *findings) {
  struct finding **sorted = xcalloc(findings->resolved, sizeof(struct finding *));
  if (findings->resolved) {
    memcpy(sorted, findings->items, findings->resolved * sizeof(struct finding *));
    qsort(sorted, findings->resolved, sizeof(struct finding *), compare_keys);
  }
  return sorted;
}

void findings_merge_repeated(struct findings *findings, const struct model *model) {
  struct finding **earlier = sorted_resolved(findings);
  size_t kept = findings->resolved;
  for (size_t i = findings->resolved; i < findings->n_items; i++) {
    struct finding *finding = findings->items[i];
    finding->code_key = code_key(finding, model);
    struct finding **equal = NULL;
    if (finding->code_key && findings->resolved)
      equal = bsearch(&finding, earlier, findings->resolved, sizeof(struct finding *), compare_keys);
    if (equal) {
      (*equal)->instances += finding->instances;
      finding_free(finding);
    } else {
      findings->items[kept++] = finding;
    }
  }
  findings->n_items = kept;
  free(earlier);
  free(findings->buckets); /* their indices are old now */
  findings->buckets = NULL;
  findings->n_buckets = 0;
}
