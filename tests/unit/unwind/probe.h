/* probe.h - calls the unwinder as a wrapper would, and compares it frame by frame with glibc's backtrace(). */
#ifndef TRACK_TEST_PROBE_H
#define TRACK_TEST_PROBE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Walk from the caller, with the stack's top and without, and compare; aborts with both stacks on a difference. Returns the
 * number of frames. */
unsigned probe_compare(const char *where);

/* How often it was called. */
extern unsigned long probe_count;

/* The code has frame pointers but no tables: glibc's stack may end early, and it did so `probe_longer` times. */
extern int probe_tables_are_missing;
extern unsigned long probe_longer;

#ifdef __cplusplus
}
#endif
#endif
