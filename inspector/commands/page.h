/* page.h - what a page shows beside the findings, gathered from the traces: pictures, timelines, the table of locks.
 *
 * The findings' pictures are told by their numbers, which they have only after all traces have been read: so the traces are read once more.
 */
#ifndef INSPECTOR_PAGE_H
#define INSPECTOR_PAGE_H

#include "detect/analysis.h"
#include "report/extras.h"
#include "viz/scope.h"

/* What was learnt of each trace while the detectors read it. */
struct page_trace {
  uint32_t pid;
  uint64_t n_events;
  bool is_text;
  char *program;
};

struct page {
  struct scope_wish wish; /* of the timelines */
  const char *around;     /* id of the finding that they are about; NULL: none in particular */
  uint64_t process;       /* 0: those that matter most */
  struct page_trace *traces;
  uint32_t n_traces, capacity;
};

/* To look along at the first reading; `state` is the struct page. */
void page_note_trace(void *state, uint32_t trace, const struct model *model, struct symbols *symbols);

/* Returns 0, or EXIT_TROUBLE after one line (nothing of what the wish names). The caller calls report_extras_done(). */
int page_gather(const struct page *page, const struct summary *summary, const struct findings *findings, struct report_extras *ret_extras);
void page_done(struct page *page);

#endif
