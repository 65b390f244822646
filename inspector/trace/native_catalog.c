/* native_catalog.c - see native_catalog.h. */
#include "trace/native_catalog.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { DAMAGE_LINES = 64, DAMAGE_BYTES = 256, NAME_BYTES = 4096 };

void catalog_init(struct catalog *catalog, struct source_info *info) {
  *catalog = (struct catalog){.info = info, .path = info->path};
  info->sites = grow(NULL, 0, &catalog->site_capacity, sizeof *info->sites);
  info->sites[info->n_sites++] = (struct source_site){.loc = -1};
}

void catalog_done(struct catalog *catalog) {
  struct source_info *info = catalog->info;
  if (!info)
    return;
  for (uint32_t i = 0; i < info->n_threads; i++)
    free(info->threads[i].name);
  for (uint32_t i = 0; i < info->n_names; i++)
    free(info->names[i].text);
  for (uint32_t i = 0; i < info->n_sites; i++)
    free((uint64_t *)(uintptr_t)info->sites[i].pcs);
  for (uint32_t i = 0; i < info->n_modules; i++)
    free(info->modules[i].path);
  for (uint32_t i = 0; i < info->n_damage; i++)
    free(info->damage[i]);
  for (uint32_t i = 0; i < catalog->n_handles; i++)
    free(catalog->handles[i].name);
  free(catalog->handles);
  free(info->threads);
  free(info->places);
  free(info->names);
  free(info->sites);
  free(info->modules);
  free(info->damage);
  free(catalog->merge_places);
  free(catalog->merge_threads);
  map_done(&catalog->place_by_address);
  map_done(&catalog->site_by_hash);
  map_done(&catalog->thread_by_number);
  map_done(&catalog->handle_by_value);
}

uint32_t catalog_place(struct catalog *c, uint64_t address) {
  uint32_t place = map_find(&c->place_by_address, address);
  if (place != NO_INDEX)
    return place;
  struct source_info *info = c->info;
  place = info->n_places++;
  info->places = grow(info->places, place, &c->place_capacity, sizeof *info->places);
  info->places[place].address = address;
  c->merge_places = grow(c->merge_places, place, &c->merge_place_capacity, sizeof *c->merge_places);
  c->merge_places[place] = (struct merge_place){.next = 1, .holder = NO_INDEX, .waiters = NO_INDEX};
  map_put(&c->place_by_address, address, place);
  return place;
}

static uint64_t hash_stack(const uint64_t *pcs, uint32_t n, uint64_t seed) {
  uint64_t hash = n;
  for (uint32_t i = 0; i < n; i++)
    hash = map_hash(hash ^ pcs[i], seed);
  return hash;
}

uint32_t catalog_site(struct catalog *c, const uint64_t *pcs, uint32_t n) {
  if (!n)
    return 0;
  struct source_info *info = c->info;
  uint64_t hash = hash_stack(pcs, n, map_seed());
  for (uint32_t site; (site = map_find(&c->site_by_hash, hash)) != NO_INDEX; hash++)
    if (info->sites[site].n_pcs == n && memcmp(info->sites[site].pcs, pcs, n * sizeof *pcs) == 0)
      return site;
  uint32_t site = info->n_sites++;
  info->sites = grow(info->sites, site, &c->site_capacity, sizeof *info->sites);
  uint64_t *copy = xmalloc(n * sizeof *copy);
  memcpy(copy, pcs, n * sizeof *copy);
  info->sites[site] = (struct source_site){.pcs = copy, .n_pcs = n, .loc = -1};
  map_put(&c->site_by_hash, hash, site);
  return site;
}

uint32_t catalog_thread(struct catalog *c, uint64_t number) {
  uint32_t thread = number ? map_find(&c->thread_by_number, number) : NO_INDEX;
  if (thread != NO_INDEX)
    return thread;
  struct source_info *info = c->info;
  thread = info->n_threads++;
  info->threads = grow(info->threads, thread, &c->thread_capacity, sizeof *info->threads);
  info->threads[thread].number = (uint32_t)number;
  c->merge_threads = grow(c->merge_threads, thread, &c->merge_thread_capacity, sizeof *c->merge_threads);
  c->merge_threads[thread] = (struct merge_thread){.joiner = NO_INDEX, .begin_waiters = NO_INDEX, .end_waiters = NO_INDEX};
  if (number)
    map_put(&c->thread_by_number, number, thread);
  return thread;
}

uint32_t catalog_handle(struct catalog *c, uint64_t value) {
  uint32_t handle = map_find(&c->handle_by_value, value);
  if (handle != NO_INDEX)
    return handle;
  handle = c->n_handles++;
  c->handles = grow(c->handles, handle, &c->handle_capacity, sizeof *c->handles);
  c->handles[handle] = (struct handle){.thread = NO_INDEX, .waiters = NO_INDEX};
  map_put(&c->handle_by_value, value, handle);
  return handle;
}

void catalog_name(char **name, const uint8_t *bytes, uint64_t n) {
  size_t length = strnlen((const char *)bytes, n < NAME_BYTES ? n : NAME_BYTES);
  free(*name);
  *name = xmalloc(length + 1);
  memcpy(*name, bytes, length);
  (*name)[length] = 0;
}

void catalog_name_place(struct catalog *c, uint32_t place, uint64_t ordinal, const uint8_t *bytes, uint64_t n) {
  struct source_info *info = c->info;
  info->names = grow(info->names, info->n_names, &c->name_capacity, sizeof *info->names);
  struct source_name *name = &info->names[info->n_names++];
  *name = (struct source_name){.ordinal = ordinal, .place = place, .previous = info->places[place].last_name};
  catalog_name(&name->text, bytes, n);
  info->places[place].last_name = info->n_names;
}

void catalog_damage(struct catalog *c, const char *format, ...) {
  struct source_info *info = c->info;
  if (info->n_damage > DAMAGE_LINES)
    return;
  char text[DAMAGE_BYTES] = "more damage, not listed";
  va_list arguments;
  va_start(arguments, format);
  if (info->n_damage < DAMAGE_LINES)
    vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  info->damage = grow(info->damage, info->n_damage, &c->damage_capacity, sizeof *info->damage);
  info->damage[info->n_damage++] = xasprintf("%s: %s", c->path, text);
}
