/* live.h - is a recorded process that lives stuck for good?
 *
 * Two things are asked at once. The recording, which the process keeps writing, says what each thread waits for and who holds it; the
 * kernel says that these threads sleep in that wait. A first look finds threads that have waited for a while (lanes.h: cheap, no file is
 * read through). Then the kernel is asked, the recording is read (judge.h), and a second look must find the same threads at the same place,
 * not one of them having run in between. So they were all waiting at one time, and what they hold, which only they can give back, they held
 * then.
 *
 *   a circle    of locks and joins needs only its own threads looked at, whatever the others do
 *   everybody   of any waits: every thread that the kernel knows is recorded and waits, without a timeout, in a call that is recorded; and
 *               nothing else could act in the process (outside.h) */
#ifndef INSPECTOR_LIVE_H
#define INSPECTOR_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "live/judge.h"

struct live;

/* A recording whose process lives; NULL: it is over, or there is none. The path is copied. */
struct live *live_new(const char *path);
void live_free(struct live *live);

/* Will there never be anything to see: the recording's process has ended? */
bool live_is_over(const char *path);

enum live_answer {
  LIVE_GONE,     /* the process has ended, or writes elsewhere */
  LIVE_ON,       /* nothing to be said, or nothing new */
  LIVE_CIRCLE,   /* some threads never go on */
  LIVE_EVERYBODY /* no thread ever goes on */
};

/* One look. Waits that are younger than `patience_ns` are not looked at. */
enum live_answer live_look(struct live *live, uint64_t now_ns, uint64_t patience_ns);

/* The answer now, for somebody who has not looked before and wants to know why: takes a quarter of a second. */
enum live_answer live_ask(struct live *live);

/* Behind LIVE_CIRCLE and LIVE_EVERYBODY, until the next look: what was found. */
const struct judgement *live_judgement(const struct live *live);
/* What the last look spent on reading the recording: that keeps to a measure of its own. */
uint64_t live_judging_ns(const struct live *live);
/* Is the process' end out of reach: its first thread is stuck, or all are? */
bool live_is_hopeless(const struct live *live);

/* Behind live_look() of all of them: marks in their recordings the threads that wait for each other's locks across processes. Returns
 * whether there are any; live_is_across() says which processes these are. */
bool live_ask_across(struct live *const *lives, uint32_t n, uint64_t now_ns, uint64_t patience_ns);
bool live_is_across(const struct live *live);

/* Does a thread say itself that it waits for what it holds? As of the last look. */
bool live_says_stuck(const struct live *live);

const char *live_path(const struct live *live);
uint32_t live_pid(const struct live *live);

/* SIGKILL, if it is still the process that writes the recording. */
bool live_end(struct live *live);

/* Behind live_ask(), unless the answer was LIVE_GONE: why it was not LIVE_EVERYBODY, one line each, ended by NULL. A line on a thread
 * begins with "thread " and its kernel tid. */
const char *const *live_doubts(const struct live *live);

#endif
