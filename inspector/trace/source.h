/* source.h - a trace as a stream of events in one order, whatever file it came from.
 *
 * Native recordings (one process) and text traces answer the same five calls. Threads, places and sites are dense
 * indices that grow while the stream is read; entries never move their index. */
#ifndef INSPECTOR_SOURCE_H
#define INSPECTOR_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/event.h"

struct source_thread {
  char *name;            /* given by setname, or the text trace's spelling; NULL if none */
  uint64_t start_pc;     /* start routine, 0 unknown */
  uint64_t stack_top;    /* 0 unknown */
  uint32_t number;       /* creation number in its process: main is 1 */
  uint32_t native_id;    /* kernel tid, 0 unknown */
};

struct source_place {
  uint64_t address; /* 0 in text traces */
  char *name;       /* text traces: its spelling, or the name given there; else NULL */
  bool is_lost;       /* text traces: held, when the process was forked, by a thread that it does not have */
  uint32_t last_name; /* recordings and their dumps: the name given last, + 1: index in source_info.names; 0 none */
};

/* A name that the program gave to what was at a place then: one address holds many objects, one after the other. */
struct source_name {
  uint64_t ordinal;  /* of the event before it; NAME_LATER: of the next event of its thread, which has not come yet */
  char *text;        /* may be empty */
  uint32_t place;
  uint32_t previous; /* of the same place, + 1; 0 none */
};
#define NAME_LATER UINT64_MAX

struct source_site {
  const uint64_t *pcs; /* return addresses, innermost first; first is the caller of the recorded function */
  uint32_t n_pcs;
  int32_t loc; /* text traces: the third column; else -1 */
};

struct source_module {
  char *path;
  uint64_t bias, begin, end; /* as struct trace_module */
  uint8_t build_id[20];
  uint32_t build_id_bytes;
};

/* A thread that was seen to wait, in a circle, for a lock that a thread of another process holds: kernel ids. */
struct source_across {
  uint32_t native_id, owner_pid, owner_id;
};

enum accesses { ACCESSES_NONE, ACCESSES_PARTIAL, ACCESSES_COMPLETE };

/* What is known about the trace so far; complete when the stream has ended. */
struct source_info {
  char *path;      /* the file */
  char *program;   /* executable; NULL for text */
  char *arguments;
  uint32_t pid;    /* 0 for text */
  bool is_text;
  bool is_dump;    /* text that was written of a recording: places have addresses, and the events are a recording's, not typed */
  bool ended_in_order; /* the process reached its end and said so */
  bool was_seen_stuck; /* whoever watched the process saw that all its threads waited for ever, where the trace ends */
  struct source_across across[TRACE_ACROSS]; uint32_t n_across;
  bool has_stop_handler; /* a handler of TERM, HUP or QUIT, which may post a semaphore */
  bool has_wakers;     /* not only its threads could act in the process: signal handlers, timers */
  bool lost_order;     /* the merge had to guess */
  enum accesses accesses;
  uint64_t parent_start;  /* identity of the recording this process was forked from; 0 none */
  uint32_t parent_pid;
  uint64_t parent_fork;
  uint64_t start_ticks, ticks_per_s;
  uint64_t start_unix_ns;  /* 0 unknown */
  struct source_thread *threads; uint32_t n_threads;
  struct source_place *places;   uint32_t n_places;
  struct source_name *names;     uint32_t n_names;
  struct source_site *sites;     uint32_t n_sites;   /* [0] is unknown */
  struct source_module *modules; uint32_t n_modules;
  uint64_t n_events;       /* delivered */
  uint64_t dropped;        /* by the recorder */
  uint64_t order_repaired; /* times the merge had to take an event out of the recorded order */
  uint64_t contradictions;
  uint64_t duration_ns;
  char **damage; uint32_t n_damage; /* one line each: "FILE: offset 1234: checksum differs; 1 block skipped" */
};

struct source;

/* Open FILE (native trace or text, told by its first bytes). Returns 0, or -errno with *ret_error set to one line
 * "FILE: what, why" (caller frees). */
int source_open(const char *path, struct source **ret_source, char **ret_error);
void source_close(struct source *source); /* accepts NULL */

/* Fill up to `capacity` events; returns how many, 0 at the end. A text line that is impossible ends the stream: see source_error(). */
size_t source_read(struct source *source, struct event *events, size_t capacity);

/* NULL, or the line "FILE: line N: what, why" that ended the stream early; what came before it was delivered. */
const char *source_error(const struct source *source);

/* Valid until source_close(); pointers inside may move at each source_read(). */
const struct source_info *source_info(const struct source *source);

#endif
