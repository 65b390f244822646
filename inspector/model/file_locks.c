/* file_locks.c - locks of files: who took one last, as far as told.
 *
 * They follow none of the rules of locks in memory. Another process may hold one; with a descriptor that is closed it goes, untold; who
 * unlocks what is not locked does nothing wrong; who locks again changes the mode. So nobody holds them here: they are in no set of held
 * locks, and no order of locks. `owner` is only who took it last and is not known to have given it back: what that means is to be asked
 * outside (live/outside_file.c). */
#include "model/model_private.h"

static void unblock_file(struct model *model, const struct event *event) {
  struct blocked *blocked = &model->threads[event->thread].blocked;
  if (blocked->op == TRACE_REQ && blocked->object == event->object)
    blocked->op = 0;
}

void file_lock_apply(struct model *model, const struct event *event) {
  struct object *lock = &model->objects[event->object];
  if (event->op == TRACE_REQ) {
    thread_block(model, event, NO_INDEX);
    return;
  }
  unblock_file(model, event);
  if (event->op == TRACE_ACQ)
    lock->owner = event->mode & TRACE_MODE_READ ? NO_INDEX : event->thread;
  else if (event->op == TRACE_REL || event->op == TRACE_REL_ODD)
    lock->owner = NO_INDEX;
}
