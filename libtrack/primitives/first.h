/* first.h - what is told of an object before its first event in a recording: its name, and that it began its life without a call. */
#ifndef TRACK_FIRST_H
#define TRACK_FIRST_H

#include "primitives/tell.h"

HIDDEN void tell_first_slow(struct subject subject, unsigned op, struct caller caller);
ALWAYS_INLINE void tell_first(struct subject subject, unsigned op, struct caller caller) {
  if (UNLIKELY(!is_name_told(subject.name)))
    tell_first_slow(subject, op, caller);
}

/* Behind the event of its creation. */
HIDDEN void tell_created(struct track_private_name *name);

#endif
