/* hang_text.h - the hang of a program in one sentence. */
#ifndef VIZ_HANG_TEXT_H
#define VIZ_HANG_TEXT_H

#include "findings/names.h"
#include "viz/hang.h"

/* "The program hangs: A, B wait for each other; main is stuck behind them", as plain text; NULL: it does not hang. Caller frees. */
char *hang_sentence(const struct hang *hang, const struct names *names);

/* What somebody would have to do so that the wait in this operation ends: "signal it". */
const char *hang_missing_deed(uint8_t op);

#endif
