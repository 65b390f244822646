/* page_locks.c - see page_locks.h. */
#include "commands/page_locks.h"

#include <inttypes.h>
#include <stdlib.h>

#include "commands/lock_row.h"
#include "commands/stats_table.h"
#include "util/alloc.h"

enum { MAX_ROWS = 1000, MAX_SITES = 10, N_OWN_COLUMNS = 2 };

static char *site_line(const struct lock_site *site) {
  char wait[STATS_CELL_BYTES];
  stats_time_text(wait, site->numbers.wait_ns);
  const char *times = site->numbers.count == 1 ? "time" : "times";
  if (!site->numbers.contended && !site->numbers.wait_ns)
    return xasprintf("%" PRIu64 " %s in %s", site->numbers.count, times, site->text);
  return xasprintf("%" PRIu64 " %s in %s: %" PRIu64 " contended, waited %s", site->numbers.count, times, site->text,
                   site->numbers.contended, wait);
}

static struct report_row row_of(const struct lock_row *lock, uint32_t n_columns) {
  struct report_row row = {.cells = xcalloc(n_columns, sizeof *row.cells)};
  row.cells[0].text = xstrdup(lock->name);
  row.cells[1].text = xstrdup(lock->kind);
  for (uint32_t i = N_OWN_COLUMNS; i < n_columns; i++) {
    char cell[STATS_CELL_BYTES];
    row.cells[i].value = stats_cell(i - N_OWN_COLUMNS, &lock->numbers, cell);
    row.cells[i].text = xstrdup(cell);
  }
  row.n_details = lock->n_sites < MAX_SITES ? lock->n_sites : MAX_SITES;
  row.details = xcalloc(row.n_details + 1, sizeof *row.details);
  for (uint32_t i = 0; i < row.n_details; i++)
    row.details[i] = site_line(&lock->sites[i]);
  if (lock->n_owners)
    row.details[row.n_details++] = stats_owners_text(lock);
  return row;
}

static void set_columns(struct report_table *table) {
  table->n_columns = N_OWN_COLUMNS + stats_n_columns();
  table->columns = xcalloc(table->n_columns, sizeof *table->columns);
  table->columns[0].title = "lock";
  table->columns[1].title = "kind";
  for (uint32_t i = N_OWN_COLUMNS; i < table->n_columns; i++)
    table->columns[i] = (struct report_column){stats_column_title(i - N_OWN_COLUMNS), true};
}

static char *note_of(const struct stats_table *table) {
  if (!table->n_locks)
    return xstrdup("No locks were used.");
  if (table->n_rows < table->n_locks)
    return xasprintf("The %" PRIu32 " locks that were waited for longest, of %" PRIu64 ".", table->n_rows, table->n_locks);
  return NULL;
}

void page_locks(char *const *files, uint32_t n_files, struct report_table *ret_table) {
  const struct stats_order order = {
      .compare = stats_compare_rows, .context = (void *)(uintptr_t)stats_column_find("wait-total"), .limit = MAX_ROWS, .is_quiet = true};
  struct stats_table table = {0};
  for (uint32_t i = 0; i < n_files; i++)
    stats_add_trace(&table, files[i], &order);
  stats_cut(&table, &order);
  set_columns(ret_table);
  ret_table->rows = xcalloc(table.n_rows, sizeof *ret_table->rows);
  for (uint32_t i = 0; i < table.n_rows; i++)
    ret_table->rows[ret_table->n_rows++] = row_of(&table.rows[i], ret_table->n_columns);
  ret_table->note = note_of(&table);
  stats_table_done(&table);
}
