/* unwind_cursor.h - reads the encodings of .eh_frame, never behind the end of what it was given.
 *
 * A cursor that was asked for too much, or for an encoding that is not known, turns bad and gives zeros; so callers read on
 * and ask once. Sources: DWARF 5 section 7.6 (LEB128), LSB 5 core "DWARF Exception Header Encoding". */
#ifndef TRACK_RECORD_UNWIND_CURSOR_H
#define TRACK_RECORD_UNWIND_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ENC_OMIT = 0xff, ENC_FORMAT = 0x0f, ENC_PCREL = 0x10, ENC_DATAREL = 0x30, ENC_BASE = 0x70 };

struct cursor {
  const uint8_t *at;
  const uint8_t *end;
  bool bad; /* something was read that is not there, or not understood */
};

static inline uint64_t cursor_fixed(struct cursor *c, unsigned n_bytes) {
  uint64_t value = 0;
  if (n_bytes > (size_t)(c->end - c->at)) {
    c->bad = true;
    return 0;
  }
  memcpy(&value, c->at, n_bytes);
  c->at += n_bytes;
  return value;
}

static inline uint64_t cursor_uleb(struct cursor *c) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = (uint8_t)cursor_fixed(c, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return value;
  }
}

static inline int64_t cursor_sleb(struct cursor *c) {
  uint64_t value = 0;
  unsigned shift = 0;
  uint8_t byte;
  do {
    byte = (uint8_t)cursor_fixed(c, 1);
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  if (shift < 64 && (byte & 0x40))
    value |= -(1ull << shift);
  return (int64_t)value;
}

/* A length and as many bytes, as a cursor of their own. */
static inline struct cursor cursor_part(struct cursor *c, uint64_t n_bytes) {
  struct cursor part = *c;
  if (n_bytes > (size_t)(c->end - c->at)) {
    c->bad = true;
    n_bytes = 0;
  }
  part.end = part.at + n_bytes;
  c->at += n_bytes;
  return part;
}

static inline struct cursor cursor_block(struct cursor *c) {
  uint64_t n_bytes = cursor_uleb(c);
  return cursor_part(c, n_bytes);
}

static inline uint64_t cursor_format(struct cursor *c, unsigned encoding) {
  switch (encoding & ENC_FORMAT) {
  case 0x00: /* absptr */
  case 0x04: /* udata8 */
  case 0x0c: /* sdata8 */
    return cursor_fixed(c, 8);
  case 0x01:
    return cursor_uleb(c);
  case 0x02:
    return cursor_fixed(c, 2);
  case 0x03:
    return cursor_fixed(c, 4);
  case 0x09:
    return (uint64_t)cursor_sleb(c);
  case 0x0a:
    return (uint64_t)(int64_t)(int16_t)cursor_fixed(c, 2);
  case 0x0b:
    return (uint64_t)(int64_t)(int32_t)cursor_fixed(c, 4);
  default:
    c->bad = true;
    return 0;
  }
}

static inline uintptr_t cursor_pointer(struct cursor *c, unsigned encoding) {
  uintptr_t here = (uintptr_t)c->at;
  uintptr_t value = cursor_format(c, encoding);
  if ((encoding & ENC_BASE) == ENC_PCREL)
    return value + here;
  c->bad |= (encoding & ENC_BASE) != 0;
  return value;
}

#endif
