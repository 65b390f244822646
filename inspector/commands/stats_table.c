/* stats_table.c - every column is one row of stats_columns.def: its value, its order, its cell and its JSON member. */
#include "commands/stats_table.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands/lock_row.h"
#include "util/alloc.h"
#include "util/text.h"

enum cell { COUNT, TIME };
enum { MIN_WIDTH = 9, MAX_NAME_WIDTH = 60, TOP_SITES = 3, TOP_OWNERS = 3 };

#define COLUMN(id, name, title, key, cell, value)                                                                                          \
  static uint64_t value_##id(const struct lock_stats *row) {                                                                               \
    return value;                                                                                                                          \
  }
#include "commands/stats_columns.def"

struct stats_column {
  const char *name, *title, *key;
  enum cell cell;
  uint64_t (*value)(const struct lock_stats *row);
};

static const struct stats_column stats_columns[] = {
#define COLUMN(id, name, title, key, cell, value) {name, title, key, cell, value_##id},
#include "commands/stats_columns.def"
};
enum { N_COLUMNS = sizeof stats_columns / sizeof *stats_columns };

const struct stats_column *stats_column_find(const char *name) {
  for (size_t i = 0; i < N_COLUMNS; i++)
    if (!strcmp(stats_columns[i].name, name))
      return &stats_columns[i];
  return NULL;
}

char *stats_column_names(void) {
  char *names = xstrdup(stats_columns[0].name);
  for (size_t i = 1; i < N_COLUMNS; i++) {
    char *longer = xasprintf("%s, %s", names, stats_columns[i].name);
    free(names);
    names = longer;
  }
  return names;
}

int stats_compare_rows(const void *a, const void *b, void *column) {
  const struct lock_stats *x = a, *y = b;
  const struct stats_column *by = column;
  uint64_t values[] = {by->value(x), by->value(y)};
  if (values[0] != values[1])
    return values[0] < values[1] ? 1 : -1;
  if (x->acquisitions != y->acquisitions)
    return x->acquisitions < y->acquisitions ? 1 : -1;
  if (x->pid != y->pid)
    return x->pid > y->pid ? 1 : -1;
  return (x->first_object > y->first_object) - (x->first_object < y->first_object);
}

void stats_time_text(char text[STATS_CELL_BYTES], uint64_t ns) {
  static const struct {
    double limit, divisor;
    const char *unit;
  } units[] = {{1e3, 1, "ns"}, {1e6, 1e3, "us"}, {1e9, 1e6, "ms"}, {0, 1e9, "s"}};
  size_t i = 0;
  while (units[i].limit > 0 && (double)ns >= units[i].limit)
    i++;
  double value = (double)ns / units[i].divisor;
  int decimals = i == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  snprintf(text, STATS_CELL_BYTES, "%.*f %s", decimals, value, units[i].unit);
}

static void format_cell(char text[STATS_CELL_BYTES], const struct stats_column *column, const struct lock_stats *row) {
  uint64_t value = column->value(row);
  if (column->cell == TIME && !value)
    strcpy(text, "-");
  else if (column->cell == TIME)
    stats_time_text(text, value);
  else
    snprintf(text, STATS_CELL_BYTES, "%" PRIu64, value);
}

uint32_t stats_n_columns(void) {
  return N_COLUMNS;
}

const char *stats_column_title(uint32_t column) {
  return stats_columns[column].title;
}

uint64_t stats_cell(uint32_t column, const struct lock_stats *row, char ret_text[STATS_CELL_BYTES]) {
  format_cell(ret_text, &stats_columns[column], row);
  return stats_columns[column].value(row);
}

/* Columns that have nothing to say for this table are left out of the text. */
static bool is_shown(const struct stats_table *table, const struct stats_column *column) {
  return table->timed_sections || strncmp(column->name, "hold-", 5) != 0;
}

static int name_width(const struct stats_table *table) {
  size_t width = MIN_WIDTH;
  for (uint32_t i = 0; i < table->n_rows; i++)
    if (strlen(table->rows[i].name) > width)
      width = strlen(table->rows[i].name);
  return width < MAX_NAME_WIDTH ? (int)width : MAX_NAME_WIDTH;
}

static int column_width(const struct stats_column *column) {
  int width = (int)strlen(column->title);
  return width < MIN_WIDTH ? MIN_WIDTH : width;
}

static bool has_processes(const struct stats_table *table) {
  for (uint32_t i = 1; i < table->n_rows; i++)
    if (table->rows[i].numbers.pid != table->rows[0].numbers.pid)
      return true;
  return false;
}

/* "slow 60 times (21.3 ms in 9 of them)": what was timed. */
static char *owner_text(const struct lock_owner *owner) {
  const struct tally_entry *numbers = &owner->numbers;
  const char *plural = numbers->count == 1 ? "" : "s";
  char hold[STATS_CELL_BYTES];
  stats_time_text(hold, numbers->hold_ns);
  if (!numbers->n_timed)
    return xasprintf("%s %" PRIu64 " time%s", owner->name, numbers->count, plural);
  if (numbers->n_timed < numbers->count)
    return xasprintf("%s %" PRIu64 " time%s (%s in %" PRIu32 " of them)", owner->name, numbers->count, plural, hold, numbers->n_timed);
  return xasprintf("%s %" PRIu64 " time%s (%s)", owner->name, numbers->count, plural, hold);
}

char *stats_owners_text(const struct lock_row *row) {
  char *text = xstrdup("");
  for (uint32_t i = 0; i < row->n_owners && i < TOP_OWNERS; i++) {
    char *owner = owner_text(&row->owners[i]), *longer = xasprintf("%s%s%s", text, i ? ", " : "held by ", owner);
    free(owner);
    free(text);
    text = longer;
  }
  if (row->n_owners <= TOP_OWNERS)
    return text;
  char *longer = xasprintf("%s and %" PRIu32 " more", text, row->n_owners - TOP_OWNERS + row->n_owners_left);
  free(text);
  return longer;
}

struct printer {
  const struct stats_table *table;
  FILE *out;
  int width; /* of names */
  bool with_process, in_colour;
};

enum look { PLAIN, HEADING, CONTENDED };

static void look(const struct printer *printer, enum look look) {
  static const char *const codes[] = {[PLAIN] = "\033[0m", [HEADING] = "\033[1m", [CONTENDED] = "\033[33m"};
  if (printer->in_colour)
    fputs(codes[look], printer->out);
}

static void print_site(const struct printer *printer, const struct lock_site *site) {
  char wait[STATS_CELL_BYTES], *text = text_clean(site->text);
  stats_time_text(wait, site->numbers.wait_ns);
  fprintf(printer->out, "    %" PRIu64 " time%s in %s", site->numbers.count, site->numbers.count == 1 ? "" : "s", text);
  free(text);
  if (site->numbers.contended || site->numbers.wait_ns) {
    look(printer, CONTENDED);
    fprintf(printer->out, ": %" PRIu64 " contended, waited %s", site->numbers.contended, wait);
    look(printer, PLAIN);
  }
  fputc('\n', printer->out);
}

static void print_owners(const struct printer *printer, const struct lock_row *row) {
  char *text = stats_owners_text(row), *clean = text_clean(text);
  if (*clean)
    fprintf(printer->out, "    %s\n", clean);
  free(text);
  free(clean);
}

static bool tells_contention(const struct stats_column *column) {
  return !strcmp(column->name, "contended") || !strncmp(column->name, "wait-", 5);
}

static void print_row(const struct printer *printer, const struct lock_row *row) {
  char cell[STATS_CELL_BYTES], *name = text_clean(row->name);
  fprintf(printer->out, "%-*s %-9s", printer->width, name, row->kind);
  free(name);
  for (size_t i = 0; i < N_COLUMNS; i++) {
    if (!is_shown(printer->table, &stats_columns[i]))
      continue;
    bool is_marked = row->numbers.contended && tells_contention(&stats_columns[i]);
    format_cell(cell, &stats_columns[i], &row->numbers);
    if (is_marked)
      look(printer, CONTENDED);
    fprintf(printer->out, " %*s", column_width(&stats_columns[i]), cell);
    if (is_marked)
      look(printer, PLAIN);
  }
  if (printer->with_process)
    fprintf(printer->out, " %9" PRIu32, row->numbers.pid);
  fputc('\n', printer->out);
  for (uint32_t i = 0; i < row->n_sites && i < TOP_SITES; i++)
    print_site(printer, &row->sites[i]);
  print_owners(printer, row);
}

char *stats_hold_note(const struct stats_table *table) {
  if (!table->n_locks || table->timed_sections == table->sections)
    return xstrdup("");
  if (!table->timed_sections)
    return xasprintf("hold times: none of %" PRIu64 " sections was timed at both ends", table->sections);
  return xasprintf("hold times are a sample: %" PRIu64 " of %" PRIu64 " sections were timed at both ends", table->timed_sections,
                   table->sections);
}

static void print_footer(const struct stats_table *table, FILE *out) {
  if (table->n_rows < table->n_locks)
    fprintf(out, "not shown: %" PRIu64 " of %" PRIu64 " locks; --top 0 shows all\n", table->n_locks - table->n_rows, table->n_locks);
  if (!table->n_locks)
    fputs("no locks were used\n", out);
  char *note = stats_hold_note(table);
  if (*note)
    fprintf(out, "%s\n", note);
  free(note);
}

static void print_headings(const struct printer *printer) {
  look(printer, HEADING);
  fprintf(printer->out, "%-*s %-9s", printer->width, "lock", "kind");
  for (size_t i = 0; i < N_COLUMNS; i++)
    if (is_shown(printer->table, &stats_columns[i]))
      fprintf(printer->out, " %*s", column_width(&stats_columns[i]), stats_columns[i].title);
  fputs(printer->with_process ? "   process" : "", printer->out);
  look(printer, PLAIN);
  fputc('\n', printer->out);
}

void stats_print_text(const struct stats_table *table, bool in_colour, FILE *out) {
  const struct printer printer = {table, out, name_width(table), has_processes(table), in_colour};
  if (table->n_rows)
    print_headings(&printer);
  for (uint32_t i = 0; i < table->n_rows; i++)
    print_row(&printer, &table->rows[i]);
  print_footer(table, out);
}

static json_t *json_text(const char *text) {
  json_t *value = json_string(text);
  return value ? value : json_sprintf("(%zu bytes that are not UTF-8)", strlen(text));
}

static json_t *json_sites(const struct lock_row *row) {
  json_t *sites = json_array();
  for (uint32_t i = 0; i < row->n_sites; i++) {
    const struct tally_entry *numbers = &row->sites[i].numbers;
    json_array_append_new(sites,
                          json_pack("{so sI sI sI}", "site", json_text(row->sites[i].text), "acquisitions", (json_int_t)numbers->count,
                                    "contended", (json_int_t)numbers->contended, "wait_total_ns", (json_int_t)numbers->wait_ns));
  }
  return sites;
}

static json_t *json_owners(const struct lock_row *row) {
  json_t *owners = json_array();
  for (uint32_t i = 0; i < row->n_owners; i++) {
    const struct tally_entry *numbers = &row->owners[i].numbers;
    json_array_append_new(owners, json_pack("{so sI sI sI sI sI}", "thread", json_text(row->owners[i].name), "acquisitions",
                                            (json_int_t)numbers->count, "contended", (json_int_t)numbers->contended, "wait_total_ns",
                                            (json_int_t)numbers->wait_ns, "hold_total_ns", (json_int_t)numbers->hold_ns, "sections_timed",
                                            (json_int_t)numbers->n_timed));
  }
  return owners;
}

static json_t *json_row(const struct lock_row *row) {
  json_t *object = json_pack("{so ss sI}", "lock", json_text(row->name), "kind", row->kind, "process", (json_int_t)row->numbers.pid);
  for (size_t i = 0; i < N_COLUMNS; i++)
    json_object_set_new(object, stats_columns[i].key, json_integer((json_int_t)stats_columns[i].value(&row->numbers)));
  json_object_set_new(object, "sections", json_integer((json_int_t)row->numbers.sections));
  json_object_set_new(object, "sections_timed", json_integer((json_int_t)row->numbers.hold.count));
  json_object_set_new(object, "sites", json_sites(row));
  json_object_set_new(object, "owners", json_owners(row));
  return object;
}

void stats_print_json(const struct stats_table *table, FILE *out) {
  json_t *locks = json_array();
  for (uint32_t i = 0; i < table->n_rows; i++)
    json_array_append_new(locks, json_row(&table->rows[i]));
  json_t *root = json_pack("{sI ss sI sI sI so}", "version", (json_int_t)1, "tool", "inspector", "locks_used", (json_int_t)table->n_locks,
                           "sections", (json_int_t)table->sections, "sections_timed", (json_int_t)table->timed_sections, "locks", locks);
  json_dumpf(root, out, JSON_INDENT(2));
  fputc('\n', out);
  json_decref(root);
}
