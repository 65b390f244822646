/* text.h - text traces: reading from memory, and writing any source as text that reads back to the same analysis. */
#ifndef INSPECTOR_TRACE_TEXT_H
#define INSPECTOR_TRACE_TEXT_H

#include <stdio.h>

#include "trace/source.h"

/* A text trace that lies in memory, which must outlive the source; `name` stands for the file in messages. */
struct source *text_open_memory(const char *name, const char *bytes, size_t n_bytes);

/* In this order: the header, each event as it is read, and at the end what is known only then (names, how it ended). */
void text_write_header(FILE *out, const struct source_info *info);
void text_write_event(FILE *out, const struct source_info *info, const struct event *event);
/* Names that hold from that event on, and were not written before: n_written of them. UINT64_MAX: all. */
void text_write_names(FILE *out, const struct source_info *info, uint64_t ordinal, uint32_t *ref_n_written);
void text_write_end(FILE *out, const struct source_info *info);

/* Labels as the lines have them: no spaces unless quoted, unique among threads or objects. */
void text_write_thread(FILE *out, const struct source_info *info, uint32_t thread);
void text_write_place(FILE *out, const struct source_info *info, const struct event *event, uint32_t place);

#endif
