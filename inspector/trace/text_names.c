/* text_names.c - threads, objects, variables and locations of a text trace get dense numbers by first use.
 *
 * Locks and variables have names of their own kind, as in STD. Threads are looked up without a leading T before digits,
 * because fork(2) and fork(T2) both mean the thread whose lines start with T2. */
#include <stdlib.h>
#include <string.h>

#include "model/event.h"
#include "trace/text_impl.h"
#include "util/alloc.h"

static struct span thread_key(struct span name) {
  if (name.length < 2 || name.text[0] != 'T')
    return name;
  for (size_t i = 1; i < name.length; i++)
    if (name.text[i] < '0' || name.text[i] > '9')
      return name;
  return (struct span){name.text + 1, name.length - 1};
}

static uint32_t find(const struct intern *intern, struct span name) {
  return intern_find(intern, name.text, name.length, intern_hash(name.text, name.length));
}

/* Names that reports and dumps show: no two threads and no two objects share one. Where the wanted one is taken, the
 * spelling in the trace goes with it, then a number. */
static bool is_taken(const struct text_source *text, const struct intern *given, struct span name, uint32_t self) {
  bool is_thread = given == &text->given_threads;
  struct span key = is_thread ? thread_key(name) : name;
  uint32_t other = find(is_thread ? &text->thread_names : &text->object_names, key);
  return (other != NO_INDEX && other != self) || find(given, key) != NO_INDEX;
}

static char *unique_name(struct text_source *text, struct intern *given, struct span wanted, struct span spelled, uint32_t self) {
  if (text->source.info.is_dump) /* shown beside numbers and addresses, as a recording's own names */
    return arena_text(&text->arena, wanted.text, wanted.length);
  struct span name = wanted;
  char *numbered = NULL;
  for (unsigned n = 1; is_taken(text, given, name, self); n++) {
    free(numbered);
    numbered = n == 1 ? xasprintf("%.*s (%.*s)", (int)wanted.length, wanted.text, (int)spelled.length, spelled.text)
                      : xasprintf("%.*s (%u)", (int)wanted.length, wanted.text, n);
    name = (struct span){numbered, strlen(numbered)};
  }
  char *copy = arena_text(&text->arena, name.text, name.length);
  struct span key = given == &text->given_threads ? thread_key(name) : name;
  intern_add(given, &text->arena, key.text, key.length, intern_hash(key.text, key.length));
  free(numbered);
  return copy;
}

/* How something is called for as long as nobody names it; in the dump of a recording numbers and addresses say that. */
static char *label_of(struct text_source *text, struct intern *given, struct span spelled, uint32_t self) {
  if (text->source.info.is_dump)
    return NULL;
  return given->n_items ? unique_name(text, given, spelled, spelled, self) : arena_text(&text->arena, spelled.text, spelled.length);
}

uint32_t text_thread_known(const struct text_source *text, struct span name) {
  return find(&text->thread_names, thread_key(name));
}

static uint32_t thread_number(const struct text_source *text, struct span name, uint32_t index) {
  struct span key = thread_key(name);
  uint64_t number;
  bool is_own = text->is_recorded && key.length < name.length && text_parse_number(key, 10, &number) && number <= UINT32_MAX;
  return is_own ? (uint32_t)number : text->source.info.is_dump ? 0 : index + 1;
}

static uint32_t add_thread(struct text_source *text, struct span name, struct span key, uint32_t hash) {
  struct source_info *info = &text->source.info;
  uint32_t thread = intern_add(&text->thread_names, &text->arena, key.text, key.length, hash);
  info->threads = grow(info->threads, thread, &text->thread_info_capacity, sizeof *info->threads);
  text->threads = grow(text->threads, thread, &text->thread_capacity, sizeof *text->threads);
  struct source_thread *new = &info->threads[thread];
  new->number = thread_number(text, name, thread);
  new->name = label_of(text, &text->given_threads, name, thread);
  text->threads[thread].monitor = NO_INDEX;
  info->n_threads = thread + 1;
  return thread;
}

/* fork(2) came first: the thread's own lines know better how it is called. */
static void prefer_spelling(struct text_source *text, uint32_t thread, struct span name) {
  struct source_thread *known = &text->source.info.threads[thread];
  if (known->name && name.text[0] == 'T' && strlen(known->name) + 1 == name.length &&
      memcmp(known->name, name.text + 1, name.length - 1) == 0)
    known->name = arena_text(&text->arena, name.text, name.length);
}

uint32_t text_thread(struct text_source *text, struct span name) {
  struct span key = thread_key(name);
  uint32_t hash = intern_hash(key.text, key.length);
  uint32_t thread = intern_find(&text->thread_names, key.text, key.length, hash);
  if (thread == NO_INDEX)
    return add_thread(text, name, key, hash);
  if (key.length < name.length)
    prefer_spelling(text, thread, name);
  return thread;
}

/* m_7f12a0 and v_7f12a0 in the dump of a recording. */
static uint64_t address_of(const struct text_source *text, struct span spelled) {
  uint64_t address = 0;
  bool is_address = text->source.info.is_dump && spelled.length > 2 && spelled.text[1] == '_' &&
                    text_parse_number((struct span){spelled.text + 2, spelled.length - 2}, 16, &address);
  return is_address ? address : 0;
}

static uint32_t add_place(struct text_source *text, struct span spelled, char *name) {
  struct source_info *info = &text->source.info;
  uint32_t place = info->n_places;
  info->places = grow(info->places, place, &text->place_info_capacity, sizeof *info->places);
  text->places = grow(text->places, place, &text->place_capacity, sizeof *text->places);
  info->places[place].name = name;
  info->places[place].address = address_of(text, spelled);
  text->places[place].owner = NO_INDEX;
  info->n_places++;
  return place;
}

uint32_t text_object_known(const struct text_source *text, struct span name) {
  uint32_t number = find(&text->object_names, name);
  return number == NO_INDEX ? NO_INDEX : text->object_places[number];
}

uint32_t text_object(struct text_source *text, struct span name, uint32_t hash) {
  uint32_t number = intern_find(&text->object_names, name.text, name.length, hash);
  if (number != NO_INDEX)
    return text->object_places[number];
  number = intern_add(&text->object_names, &text->arena, name.text, name.length, hash);
  char *label = label_of(text, &text->given_objects, name, number);
  text->object_places = grow(text->object_places, number, &text->object_capacity, sizeof *text->object_places);
  return text->object_places[number] = add_place(text, name, label);
}

uint32_t text_variable(struct text_source *text, struct span name, uint32_t hash) {
  uint32_t number = intern_find(&text->variable_names, name.text, name.length, hash);
  if (number != NO_INDEX)
    return text->variable_places[number];
  number = intern_add(&text->variable_names, &text->arena, name.text, name.length, hash);
  text->variable_places = grow(text->variable_places, number, &text->variable_capacity, sizeof *text->variable_places);
  return text->variable_places[number] =
             add_place(text, name, text->source.info.is_dump ? NULL : arena_text(&text->arena, name.text, name.length));
}

static uint32_t add_site(struct text_source *text, int32_t loc) {
  struct source_info *info = &text->source.info;
  info->sites = grow(info->sites, info->n_sites, &text->site_capacity, sizeof *info->sites);
  info->sites[info->n_sites].loc = loc;
  return info->n_sites++;
}

static uint32_t large_site(struct text_source *text, int32_t loc) {
  struct span key = {(const char *)&loc, sizeof loc};
  uint32_t hash = intern_hash(key.text, key.length);
  uint32_t number = intern_find(&text->large_sites, key.text, key.length, hash);
  if (number != NO_INDEX)
    return text->large_site_numbers[number];
  number = intern_add(&text->large_sites, &text->arena, key.text, key.length, hash);
  text->large_site_numbers = grow(text->large_site_numbers, number, &text->large_site_capacity, sizeof *text->large_site_numbers);
  return text->large_site_numbers[number] = add_site(text, loc);
}

uint32_t text_site(struct text_source *text, int32_t loc) {
  if (loc < 0 || loc >= TEXT_SITE_TABLE)
    return large_site(text, loc);
  if (!text->small_sites)
    text->small_sites = xcalloc(TEXT_SITE_TABLE, sizeof *text->small_sites);
  if (!text->small_sites[loc])
    text->small_sites[loc] = add_site(text, loc);
  return text->small_sites[loc];
}

void text_name_thread(struct text_source *text, struct span spelled, struct span name) {
  uint32_t thread = text_thread(text, spelled);
  text->source.info.threads[thread].name = unique_name(text, &text->given_threads, name, spelled, thread);
}

/* In the dump of a recording: what is at that address now. */
static void name_place(struct text_source *text, uint32_t place, struct span name) {
  struct source_info *info = &text->source.info;
  info->names = grow(info->names, info->n_names, &text->name_capacity, sizeof *info->names);
  info->names[info->n_names++] = (struct source_name){.ordinal = text->line,
                                                      .text = xasprintf("%.*s", (int)name.length, name.text),
                                                      .place = place,
                                                      .previous = info->places[place].last_name};
  info->places[place].last_name = info->n_names;
}

void text_name_object(struct text_source *text, struct span spelled, struct span name) {
  uint32_t place = text_object(text, spelled, intern_hash(spelled.text, spelled.length));
  if (text->source.info.is_dump) {
    name_place(text, place, name);
    return;
  }
  uint32_t self = find(&text->object_names, spelled);
  text->source.info.places[place].name = unique_name(text, &text->given_objects, name, spelled, self);
}

void text_names_done(struct text_source *text) {
  for (uint32_t i = 0; i < text->source.info.n_threads; i++)
    free(text->threads[i].shares);
  intern_done(&text->thread_names);
  intern_done(&text->object_names);
  intern_done(&text->variable_names);
  intern_done(&text->given_threads);
  intern_done(&text->given_objects);
  intern_done(&text->large_sites);
  free(text->object_places);
  free(text->variable_places);
  free(text->threads);
  free(text->places);
  free(text->small_sites);
  free(text->large_site_numbers);
  arena_done(&text->arena);
}
