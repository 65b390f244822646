/* hang.h - threads that wait for each other in a circle when the trace ends: there the program hangs. */
#ifndef VIZ_HANG_H
#define VIZ_HANG_H

#include "model/model.h"

enum { MAX_HANG = 1000 }; /* threads in a circle: longer ones are not looked for */

/* The thread that the thread waits for: the owner of the lock it asks for, or the one it joins. NO_INDEX: nobody in particular. */
uint32_t hang_waits_for(const struct model *model, uint32_t thread);

/* By thread: is it part of a circle? The caller frees. */
bool *hang_find(const struct model *model);

/* At the end of the trace: is it sure that the thread would never go on? A worker that waits for work is not. `n_going_on`:
 * model_n_going_on(). */
bool hang_is_stuck(const struct model *model, uint32_t thread, uint32_t n_going_on);

#endif
