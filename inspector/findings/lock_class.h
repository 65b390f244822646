/* lock_class.h - what stays the same of an object when the program is built anew or run again. */
#ifndef INSPECTOR_LOCK_CLASS_H
#define INSPECTOR_LOCK_CLASS_H

#include <stdint.h>

#include "findings/names.h"
#include "model/model.h"

struct lock_classes {
  const struct names *names;
  const struct model *model;
  struct maker *makers; /* by code, line */
  uint32_t n_makers, maker_capacity;
  bool has_makers;
};

/* Nothing is looked up before it is asked for. */
void lock_classes_init(struct lock_classes *classes, const struct names *names, const struct model *model);
void lock_classes_done(struct lock_classes *classes);

/* Given name, symbol without element and offset, or kind and place in the creating function: "mutex 2 of queue_new". Caller frees. */
char *lock_class(struct lock_classes *classes, uint32_t object);

#endif
