/* trace.h - what the recorder writes and the inspector reads; the only thing both halves share, with events.def.
 *
 * One file a process: a header page, then regions in any order, each behind a region header. A BLOCK is a part of a
 * lane's byte stream that was flushed; a LANE is a stream's live buffer, mapped shared by the process, so that what it
 * holds when the process dies by whatever death is in the file. A MODULES region lists the loaded objects. docs/trace-format.md
 * describes the byte stream. All numbers are little-endian; all sizes are asserted here. Nothing read from a file is
 * trusted: every length is checked against the file before it is used. */
#ifndef TRACK_TRACE_H
#define TRACK_TRACE_H

#include <stdint.h>

#include "track/steer.h"

#define TRACE_MAGIC   "TRACKTR1"
#define TRACE_VERSION 1u
#define TRACE_SUFFIX  ".trace"

enum trace_op {
#define EVENT(name, code, text, operand, flags) TRACE_##name = code,
#include "events.def"
  TRACE_OP_LIMIT = 64 /* codes are below this */
};

enum trace_kind {
#define KIND(name, code, text, family) TRACE_KIND_##name = code,
#include "events.def"
  TRACE_KIND_LIMIT
};

enum trace_mode {
#define MODE(name, bit, text) TRACE_MODE_##name = 1 << bit,
#include "events.def"
};

/* Type bits of an object, in the high byte of its kind. */
enum trace_type {
  TRACE_TYPE_RECURSIVE = 1 << 8,
  TRACE_TYPE_ERRORCHECK = 1 << 9,
  TRACE_TYPE_ROBUST = 1 << 10,
  TRACE_TYPE_PI = 1 << 11,
  TRACE_TYPE_SHARED = 1 << 12,        /* process-shared */
  TRACE_TYPE_PREFER_WRITER = 1 << 13, /* rwlock: PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP */
  TRACE_TYPE_NAMED = 1 << 14,         /* semaphore of sem_open */
  TRACE_TYPE_C11 = 1 << 15,
};
#define TRACE_KIND_OF(kind) ((kind)&0xff)

/* The kind whose rules this one follows; of a kind that is not in the table, itself. */
static inline uint32_t trace_family(uint32_t kind) {
  static const uint8_t families[] = {
#define KIND(name, code, text, family) [code] = TRACE_KIND_##family,
#include "events.def"
  };
  kind = TRACE_KIND_OF(kind);
  return kind < sizeof families ? families[kind] : kind;
}

#define TRACE_HEADER_BYTES  4096u
#define TRACE_REGION_ALIGN  64u   /* every region starts at a multiple of this; a LANE at a multiple of the page */
#define TRACE_LANE_ALIGN    4096u
#define TRACE_TEXT_BYTES    256u

enum trace_state {
  TRACE_STATE_RUNNING = 1,
  TRACE_STATE_EXITED = 2,
  TRACE_STATE_EXECED = 3,
  TRACE_STATE_STOPPED = 4, /* by track_stop(): the process went on */
};

/* A thread that whoever watches saw wait, for ever, for a thread of another process. It counts while the thread's lane ends here. */
struct trace_across {
  uint32_t tid, lane, number, used_bytes; /* the thread, kernel's number, and where its lane ends; tid 0: unused */
  uint32_t owner_pid, owner_tid;          /* who holds the lock that it asks for */
};
#define TRACE_ACROSS 4u

/* First page of the file, mapped shared while the process lives. What changes while it lives (end_bytes and below, but reserved) is
 * accessed by __atomic builtins; counters are only ever raised. */
struct trace_header {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t features; /* bits a reader must know to read on; none yet */
  uint32_t pid;
  uint32_t parent_pid;   /* of the traced process that forked this one without exec, else 0 */
  uint64_t parent_start; /* its start_ticks */
  uint64_t parent_fork;  /* which of its FORK events (event.value) */
  uint64_t start_ticks;  /* time at start, in stream units: after tick_shift */
  uint64_t start_unix_ns;
  uint64_t ticks_per_s; /* after tick_shift */
  uint32_t tick_shift;  /* times in the stream are clock >> tick_shift */
  uint32_t page_bytes;
  uint64_t end_bytes; /* file bytes given out to regions so far */
  uint32_t state;     /* enum trace_state */
  uint32_t stuck;     /* threads now in a wait that they themselves would have to end */
  uint64_t dropped;   /* events not recorded */
  uint64_t lost_threads;
  uint64_t write_errors; /* flushes that failed */
  uint32_t write_errno;  /* of the first of them */
  uint32_t n_lanes;
  uint32_t n_threads;
  uint32_t wakers; /* enum trace_waker */
  uint64_t main_stack_top;
  char program[TRACE_TEXT_BYTES];   /* executable's path */
  char arguments[TRACE_TEXT_BYTES]; /* first bytes of the command line, spaces between */
  uint32_t last_lane;  /* offset of the LANE made last, in TRACE_LANE_ALIGN; 0: none is told */
  uint32_t seen_stuck; /* by whoever watches from outside: trace_tails_hash() of the lanes when all threads were seen to wait for ever; 0: never */
  struct trace_across across[TRACE_ACROSS];
};

/* What besides its threads may act in the process, as far as it was seen to ask for it. */
enum trace_waker {
  TRACE_WAKER_HANDLER = 1, /* a handler of a signal that is not only there to end the process */
  TRACE_WAKER_CHILD = 2,   /* a handler of SIGCHLD */
  TRACE_WAKER_TIMER = 4,   /* timer_create() */
  TRACE_WAKER_STOP = 8,    /* a handler of TERM, HUP or QUIT: it may post a semaphore, so that the program ends in order */
};

enum trace_region_kind {
  TRACE_REGION_BLOCK = 0x4b4c4254,   /* "TBLK" */
  TRACE_REGION_LANE = 0x4e414c54,    /* "TLAN" */
  TRACE_REGION_MODULES = 0x444f4d54, /* "TMOD" */
};

/* Head of every region. A block of a lane follows the block with the next lower number; the live rest of the lane (its
 * LANE region) continues the block `number - 1`. */
struct trace_region {
  uint32_t kind;
  uint32_t lane;
  uint32_t number;         /* BLOCK: position in the lane's stream; LANE: number its content will get */
  uint32_t capacity_bytes; /* bytes behind this header that belong to the region */
  uint32_t used_bytes; /* bytes of them that are valid */
  uint32_t checksum;       /* BLOCK, MODULES: trace_checksum() of the used bytes; LANE: 0 */
  uint64_t ticks;          /* lane's time at the first used byte, in stream units */
  uint32_t flags;          /* TRACE_REGION_FRESH */
  /* LANE only, for whoever watches the process while it lives. Its thread waits if the lane still ends where the wait was told. */
  uint32_t tid;         /* kernel's, of the thread that has the lane now; 0: none */
  uint32_t waits_for;   /* op | mode << 8 | kind << 16 of the event before the wait */
  uint32_t wait_number; /* `number` and ... */
  uint32_t wait_used;   /* ... `used_bytes` behind that event */
  uint32_t next_lane;   /* as trace_header.last_lane: the LANE made before this one */
  uint32_t reserved[2];
};

/* Slot and site tables are empty and the last address is 0 at the first used byte: a reader that lost what was before can
 * go on here. The first content of a lane is fresh anyhow. */
#define TRACE_REGION_FRESH 1u

_Static_assert(sizeof(struct trace_header) <= TRACE_HEADER_BYTES, "header fits its page");
_Static_assert(sizeof(struct trace_region) == 64, "region header on disk");

/* The byte stream of a lane. A record is a head of 16 bits,
 *     bits 0-1   bytes of the time delta that follow: 0, 1, 2 or 4
 *     bit  2     an explicit sequence number follows the delta
 *     bits 3-15  slot
 * A wild slot's event goes on, behind the delta, with z (address - last address of this lane) and, if bit 2 is set, v sequence number;
 * if it is clear and the event has a number, that is one more than the lane's recall table holds for the address.
 * Slot 0 is an escape: bits 0-2 are zero, then one byte enum trace_escape and its own fields (see docs/trace-format.md).
 * Any other slot repeats the event its SLOT definition described. */
#define TRACE_SLOT_SHIFT 3
#define TRACE_SLOT_LIMIT 8192u
#define TRACE_SITE_LIMIT 16384u /* stack definitions a lane knows at once; index 0 is 'no stack' */
#define TRACE_SLOT_WILD  0x80u  /* in the op of a SLOT definition: for objects that differ from event to event */
#define TRACE_HEAD_SEQ   4u
#define TRACE_MAX_FRAMES 48u

/* v: unsigned LEB128; z: zigzag LEB128; u8 u16: little-endian.
 * SITE   u16 site, v stack pointer >> 3, u8 n, u8 m, n - m times z (pc - previous pc), the first against 0, innermost first; the m outermost
 *          frames are those of the lane's last SITE (none at the start of a fresh part)
 * SLOT   u16 slot, u8 op, u8 mode, u16 kind, u16 site, z (address - last address of this lane); a wild one has no address
 * WIDE   u8 op, u8 mode, u16 kind, u16 site, v time delta, v sequence number, z (address - last address), v value, v extra, z result
 *          value, extra: CREATE {number of the child, start routine}; JOIN*, DETACH*, CANCEL {pthread_t, number of the thread if known}; THREAD_BEGIN {own number, kernel tid},
 *          address = pthread_t; INIT {initial value, 0}; EXIT {status, 0}; FORK {fork number, 0}
 * TIME   v ticks: time of the lane becomes exactly this
 * NAME   u8 what (0 this thread, 1 object at address, 2 thread with that pthread_t, 3 as 1, of an object that began its life without a call and that
 *          this lane's next event is about; the name may be empty), v address, v length, bytes
 * STACK  v top of the current thread's stack (highest address)
 * SOURCE v program counter of the current thread's start routine
 * CHILD  v number, v pthread_t of a thread that this one has just created, so that its handle is known before it begins */
enum trace_escape {
  TRACE_ESCAPE_PAD = 0, /* nothing; skip these three bytes */
  TRACE_ESCAPE_SITE = 1,
  TRACE_ESCAPE_SLOT = 2,
  TRACE_ESCAPE_WIDE = 3,
  TRACE_ESCAPE_TIME = 4,
  TRACE_ESCAPE_NAME = 5,
  TRACE_ESCAPE_STACK = 6,
  TRACE_ESCAPE_SOURCE = 7,
  TRACE_ESCAPE_CHILD = 8,
};

/* Recall table of a lane: the last number that a wild slot's event gave to an address. Writer and reader keep it alike: such an event
 * with a number takes over its entry; a fresh part starts with an empty table. */
#define TRACE_RECALLS 8192u
static inline uint32_t trace_recall(uint64_t address) { return (uint32_t)(((address >> 2) * 0x9e3779b97f4a7c15ull) >> 51); }

/* A MODULES region holds n of these, then the paths' bytes. */
struct trace_module {
  uint64_t bias;  /* load address - address in the file */
  uint64_t begin; /* first mapped address */
  uint64_t end;   /* behind the last */
  uint64_t loaded_ticks;
  uint64_t unloaded_ticks; /* 0: still loaded */
  uint32_t path_offset;    /* from the region's first used byte */
  uint32_t path_bytes;
  uint8_t build_id[20];
  uint32_t build_id_bytes;
};
_Static_assert(sizeof(struct trace_module) == 72, "module on disk");

/* Word-wise FNV-1a variant, fast enough for a flush; guards against torn and damaged blocks, not against an attacker. */
static inline uint32_t trace_checksum(const void *bytes, uint32_t n) {
  const unsigned char *p = (const unsigned char *)bytes;
  uint64_t h = 0xcbf29ce484222325ull ^ n;
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t w = 0;
    __builtin_memcpy(&w, p, 8);
    h = (h ^ w) * 0x9e3779b97f4a7c15ull;
    h ^= h >> 29;
  }
  for (; n; n--, p++)
    h = (h ^ *p) * 0x100000001b3ull;
  return (uint32_t)(h ^ (h >> 32));
}

/* Of all lanes of a recording, in the order of their indices: h = trace_tails_hash(h, number, used_bytes), from 1. */
static inline uint32_t trace_tails_hash(uint32_t h, uint32_t number, uint32_t used_bytes) {
  uint64_t w = ((uint64_t)number << 32 | used_bytes) + 0x9e3779b97f4a7c15ull * h;
  w = (w ^ w >> 30) * 0xbf58476d1ce4e5b9ull;
  w = (w ^ w >> 27) * 0x94d049bb133111ebull;
  return (uint32_t)(w ^ w >> 31) | 1;
}

/* DIR/session, made by `inspector run` and `record`, mapped by every process it records: a bell. */
#define TRACE_SESSION_NAME "session"
struct trace_session {
  char magic[8];
  uint32_t version;
  uint32_t bell; /* raised when some process' `stuck` rises, and when one begins to record */
  struct trace_steer steer; /* of `inspector confirm`, else zeros */
};

#endif
