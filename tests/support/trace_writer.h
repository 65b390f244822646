/* trace_writer.h - writes recordings for tests and benchmarks, from docs/trace-format.md and not from the recorder's code.
 *
 * Lanes are numbers from 0 that come into being by being used. Their buffers become BLOCK regions when they are full or when
 * the test says so; what is left at the end becomes LANE regions. Failures of the file end the program: this is for tests. */
#ifndef TEST_TRACE_WRITER_H
#define TEST_TRACE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "track/trace.h"

struct trace_writer;

struct written_event {
  uint64_t time; /* ticks; may go back */
  uint64_t address, value, extra;
  uint32_t number; /* of S events */
  uint32_t site;   /* see trace_writer_site() */
  int32_t result;
  uint16_t kind;
  uint8_t op, mode;
};

struct trace_writer *trace_writer_new(const char *path);
struct trace_header *trace_writer_header(struct trace_writer *writer);     /* to be changed before the end */
void trace_writer_lane_bytes(struct trace_writer *writer, uint32_t bytes); /* of buffers made from now on */
void trace_writer_end(struct trace_writer *writer);

/* Through the dictionary. */
void trace_writer_event(struct trace_writer *writer, uint32_t lane, const struct written_event *event);
/* Through a wild slot: the event names its object. */
void trace_writer_wild(struct trace_writer *writer, uint32_t lane, const struct written_event *event);
/* With everything in it. */
void trace_writer_wide(struct trace_writer *writer, uint32_t lane, const struct written_event *event);
/* Numbers the stack in this lane, for event.site. */
uint32_t trace_writer_site(struct trace_writer *writer, uint32_t lane, uint64_t sp, const uint64_t *pcs, uint32_t n);
void trace_writer_name(struct trace_writer *writer, uint32_t lane, uint8_t what, uint64_t address, const char *name);
void trace_writer_begin(struct trace_writer *writer, uint32_t lane, uint64_t time, uint32_t number, uint64_t handle);
void trace_writer_bytes(struct trace_writer *writer, uint32_t lane, const void *bytes, size_t n); /* as they are */
void trace_writer_child(struct trace_writer *writer, uint32_t lane, uint32_t number, uint64_t handle);
void trace_writer_stack(struct trace_writer *writer, uint32_t lane, uint64_t top);

void trace_writer_flush(struct trace_writer *writer, uint32_t lane);              /* write a BLOCK */
void trace_writer_lose(struct trace_writer *writer, uint32_t lane, int is_fresh); /* the BLOCK could not be written */
void trace_writer_modules(struct trace_writer *writer, const struct trace_module *modules, const char *const *paths, uint32_t n);
/* Like a kill between the write of the BLOCK and the emptying of the lane. */
void trace_writer_keep_live(struct trace_writer *writer, uint32_t lane);

#endif
