/* wording.h - the sentences that every report for people has in common. Names in them are as the program gave them: the format makes them
 * fit for where they go. Caller frees all of them. */
#ifndef INSPECTOR_WORDING_H
#define INSPECTOR_WORDING_H

#include "report/reporter.h"

/* What the thread does, to be put behind its name: " asks for journal here", ": unlocked here". */
char *wording_deed(const struct finding_thread *thread);
/* "journal created here by main" */
char *wording_place(const struct finding_place *place);
/* " (event 7)", " (line 7)"; "" for 0. */
char *wording_event(const struct finding *finding, uint64_t ordinal);
/* "deadlock, plausible", "deadlock, benign: guarded", "deadlock, plausible, known", "..., suppressed by FILE:12" */
char *wording_verdict(const struct finding *finding);
/* "2 frames in libc.so.6", "strange_lock in libstrange.so.1": a run of library frames. */
char *wording_fold(const struct frame *frames, uint32_t n);
/* "2 findings: 1 error, 1 note"; counts by severity. */
char *wording_count(const struct summary *summary, const uint64_t n_by_severity[3]);
/* "4 lock-order cycles cannot deadlock in this run: 2 guarded, ..."; NULL: there are none. */
char *wording_benign(const struct summary *summary);
/* "20 events, 3 threads, ..., 0.15 s" */
char *wording_proof(const struct summary *summary);
/* Why the check itself has failed, whatever was found; NULL: it has not. */
char *wording_trouble(const struct summary *summary);

#endif
