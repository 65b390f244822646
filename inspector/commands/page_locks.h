/* page_locks.h - the table of locks of a page: what `inspector stats` shows. */
#ifndef INSPECTOR_PAGE_LOCKS_H
#define INSPECTOR_PAGE_LOCKS_H

#include "report/extras.h"

/* Of these trace files. Trouble with them has been said before. */
void page_locks(char *const *files, uint32_t n_files, struct report_table *ret_table);

#endif
