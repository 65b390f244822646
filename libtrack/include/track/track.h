/* track.h - every primitive of libtrack. */
#ifndef TRACK_TRACK_H
#define TRACK_TRACK_H

#include "track/annotate.h"
#include "track/barrier.h"
#include "track/base.h"
#include "track/condition.h"
#include "track/event.h"
#include "track/executor.h"
#include "track/local.h"
#include "track/lock.h"
#include "track/log.h"
#include "track/queue.h"
#include "track/recording.h"
#include "track/rlock.h"
#include "track/semaphore.h"
#include "track/thread.h"
#include "track/timer.h"
#include "track/with.h"

#endif
