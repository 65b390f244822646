/* hang_text.h - the hang of a program in one sentence. */
#ifndef VIZ_HANG_TEXT_H
#define VIZ_HANG_TEXT_H

#include "findings/names.h"
#include "viz/hang.h"

/* "The program hangs: A, B wait for each other; main is stuck behind them", as plain text; NULL: it does not hang. Caller frees. */
char *hang_sentence(const struct hang *hang, const struct names *names);

/* What somebody would have to do so that a wait ends that is in `op` on an object of `kind`: "signal it". */
const char *hang_missing_deed(uint8_t op, uint16_t kind);

#endif
