/* detectors.c - the table of detectors. */
#include "detect/detector.h"

#include <string.h>

const struct detector *const detectors[] = {
#define DETECTOR(name) &detector_##name,
#include "detect/detectors.def"
#undef DETECTOR
    NULL,
};

const struct detector *detector_find(const char *id) {
  for (const struct detector *const *detector = detectors; *detector; detector++)
    if (!strcmp((*detector)->id, id))
      return *detector;
  return NULL;
}
