/* recording.c - a program records itself: see track/recording.h. */
#include "track/recording.h"

#include "preload/wrap.h"
#include "primitives/tell.h"
#include "record/process.h"

PUBLIC int track_start(const char *output_folder) {
  int saved = errno, answer = process_record(output_folder);
  errno = saved;
  return answer;
}

PUBLIC int track_stop(void) {
  int saved = errno, answer = process_stop();
  errno = saved;
  return answer;
}

PUBLIC void track_name(const void *object, const char *name) {
  if (name && ATTACH(real.pthread_once) == RECORD_READY)
    record_name(NAME_OBJECT, (uintptr_t)object, name);
}
