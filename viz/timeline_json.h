/* timeline_json.h - the timeline as data for a page that draws it by itself (inspector/report/html/timeline.js), as it zooms and pans.
 *
 *   {"unit": "ns" or "line", "from": time, "to": time, "stuck": 1 if somebody waits for ever at the end, "merged": 1 if near bars are one,
 *    "left": threads that are not in it,
 *    "threads": [[name, begin, end, rows, 1 if it has ended]...],
 *    "objects": [[name, 1 if a finding is about it, 1 if somebody holds it]...]   most important first
 *    "verbs": [text...], "stacks": [[frame...]...],
 *    "bars": [thread, row, kind, begin, length, object or -1, joined thread or -1, verb, stack or -1, count, total, ...]
 *             kind: 0 holds, 1 waits, 2 never goes on, 3 holds to read; sorted by thread and begin
 *    "arrows": [kind, from time, from thread, from row, to time, to thread, to row, object or -1, ...]
 *             kind: 0 lock handed over, 1 let go by a signal, post, set, put, 2 by the last one at a barrier, 3 start or join, 4 waits for
 * ever for "findings": [[id, first time, last time]...]}
 */
#ifndef VIZ_TIMELINE_JSON_H
#define VIZ_TIMELINE_JSON_H

#include "viz/finding_times.h"
#include "viz/timeline.h"

/* At the end of the trace, instead of view_timeline.draw. Near bars are merged until there are at most `max_bars`. Caller frees. */
char *timeline_json(struct timeline *timeline, const struct model *model, const struct names *names, const struct finding_times *times,
                    uint32_t max_bars);

#endif
