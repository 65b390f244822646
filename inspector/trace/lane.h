/* lane.h - one lane of a recording: the records of its parts, one after the other.
 *
 * A record of a slot is read where it lies: lane_peek() says what comes next and changes nothing, lane_take() moves on. So a
 * lane whose next event may not come yet costs nothing to leave and to take up again. All else (definitions, rare events, the
 * end of a part) goes through lane_advance(), which stops at the next event. */
#ifndef INSPECTOR_LANE_H
#define INSPECTOR_LANE_H

#include <string.h>

#include "trace/native_file.h"

/* What an event does to the merge's state of its object. Told once, when the slot is defined. */
enum rule {
  RULE_LOST,   /* slot without definition: the event cannot be read */
  RULE_THREAD, /* begin, end, create, join ... */
  RULE_FREE,   /* may come at any time */
  RULE_REL,    /* may come at any time, as the holder's ACQ is before it in the same lane */
  RULE_REL_SHARED,
  RULE_ORDERED, /* this and what follows: by sequence number */
  RULE_WAIT,    /* names the mutex released just before */
  RULE_WAKE,
  RULE_REL_ANY, /* of a lock that any thread may release: its number says enough */
  RULE_REL_ODD,
  RULE_RESET,      /* nobody holds the object afterwards */
  RULE_ACQ,        /* when nobody else holds it */
  RULE_ACQ_SHARED, /* when nobody else holds it exclusively */
};

struct slot {
  uint32_t last, stride; /* sequence numbers */
  uint64_t sp;
  uint32_t place, site;
  uint16_t kind;
  uint8_t op, mode;
  uint8_t rule; /* enum rule */
  bool is_wild; /* its events name their object: they are read as `wide` */
};

/* An event that is not a slot's, or a slot's whose rule is RULE_THREAD. */
struct wide {
  const uint8_t *next; /* behind it */
  uint64_t time, sp, address, value, extra;
  uint32_t number, place, site;
  int32_t result;
  uint16_t kind;
  uint8_t op, mode;
  uint8_t rule;
};

struct lane_site {
  uint64_t sp;
  uint32_t site;
};

struct recall {
  uint64_t address;
  uint32_t number, place;
};

enum { SLOT_PAGE_SHIFT = 7, SLOT_PAGE = 1 << SLOT_PAGE_SHIFT, SLOT_PAGES = TRACE_SLOT_LIMIT >> SLOT_PAGE_SHIFT };

struct lane {
  /* reading */
  const uint8_t *at, *end; /* unread rest of the part */
  uint64_t time;           /* in ticks, after the last record taken */
  struct slot *slots[SLOT_PAGES];
  struct lane_site *sites;
  uint32_t n_sites, site_capacity;
  uint64_t last_address;
  struct recall *recalls; /* TRACE_RECALLS, NULL until a wild slot is used */
  uint64_t last_pcs[TRACE_MAX_FRAMES]; /* of the last SITE, outermost first */
  uint32_t n_last_pcs;
  bool is_address_known; /* false behind a gap, where addresses are differences to something lost */
  bool is_broken;        /* the rest of a part was given up */
  bool has_child;        /* wide.value, wide.address: number and handle of a CHILD escape */
  bool has_wide;         /* `wide` is the next event */
  uint32_t next_part, end_part;
  uint32_t next_number; /* that the next part should have */
  struct wide wide;

  /* what the thread is doing */
  uint32_t thread;     /* index, NO_INDEX before the first THREAD_BEGIN */
  uint32_t released;   /* place of the mutex that the last REL gave up for a condition wait */
  uint32_t wait_mutex; /* the same, of the running wait */
  uint32_t wait_depth; /* of the rlock that it gave up for that; 0: none */
  uint64_t ordinal;    /* of its last event, 0 none */
  uint32_t fresh_name; /* the name of `fresh`, in source_info.names */
  uint32_t fresh;      /* place of an object that begins its life with this lane's next event, NO_INDEX none */
  uint64_t join_handle;
  uint32_t join_target; /* of the last JOIN_REQ, NO_INDEX none */

  /* waiting for its turn: merge_wait.c */
  uint64_t wait_time; /* of the event that is parked */
  uint32_t heap_at;   /* position there */
  uint8_t wait_for;   /* enum wait_for */
  uint32_t wait_id;   /* place, thread or handle */
  uint32_t wait_number;
  uint32_t child, sibling; /* pairing heap of a place; sibling: also the next of a list */
  uint32_t graced;         /* place whose first number it has waited for */
  uint8_t excused_from;    /* enum wait_for: what its next event need not wait for, as it will not come */
};

struct record {
  struct slot *slot;
  const uint8_t *next;
  uint64_t time;
  uint32_t number;
};

static inline uint32_t load_u16(const uint8_t *p) {
  uint16_t n;
  memcpy(&n, p, sizeof n);
  return n;
}

static inline uint32_t load_u32(const uint8_t *p) {
  uint32_t n;
  memcpy(&n, p, sizeof n);
  return n;
}

/* False: no slot's record is next, ask lane_advance(). May load some bytes behind the end; see native_file.c. */
static inline bool lane_peek(const struct lane *lane, struct record *r) {
  static const uint32_t delta_mask[4] = {0, 0xff, 0xffff, 0xffffffff};
  const uint8_t *at = lane->at;
  uint32_t head = load_u16(at), index = head >> TRACE_SLOT_SHIFT, width = head & 3;
  if (at >= lane->end || index == 0)
    return false;
  struct slot *slot = &lane->slots[index >> SLOT_PAGE_SHIFT][index & (SLOT_PAGE - 1)];
  if (slot->is_wild)
    return false;
  r->slot = slot;
  r->time = lane->time + (load_u32(at + 2) & delta_mask[width]);
  at += 2 + width + (width == 3);
  r->number = slot->last + slot->stride;
  if (head & TRACE_HEAD_SEQ) {
    r->number = *at < 255 ? slot->last + *at : load_u32(at + 1);
    at += *at < 255 ? 1 : 5;
  }
  r->next = at;
  return at <= lane->end;
}

/* The record that lane_peek() showed is done with. */
static inline void lane_take(struct lane *lane, const struct record *r) {
  lane->at = r->next;
  lane->time = r->time;
}

static inline void slot_count(struct slot *slot, uint32_t number) {
  slot->stride = number - slot->last;
  slot->last = number;
}

enum lane_next { LANE_SLOT, LANE_WIDE, LANE_CHILD, LANE_ENDED };

void lane_init(struct lane *lane, uint32_t begin_part, uint32_t end_part);
void lane_done(struct lane *lane);

/* Reads on to the next event. */
enum lane_next lane_advance(struct lane *lane, const struct native_file *file, struct catalog *catalog);

struct slot *lane_slot_room(struct lane *lane, uint32_t index);

/* lane_define.c: the escape, or the event of a wild slot, at lane->at. False: it is damaged. */
bool lane_escape(struct lane *lane, struct catalog *catalog);
bool lane_wild(struct lane *lane, struct catalog *catalog);

/* lane_rule.c */
uint8_t rule_of(uint8_t op, uint8_t mode, uint16_t kind);
bool op_is_known(uint8_t op);
bool op_is_numbered(uint8_t op);
bool op_has_object(uint8_t op); /* an object or a variable */

#endif
