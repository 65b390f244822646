/* proof.h - does the witness of a predicted finding hold? */
#ifndef TESTS_SUPPORT_PROOF_H
#define TESTS_SUPPORT_PROOF_H

struct finding;
struct replay;

/* NULL if the finding is not predicted, or its witness holds on the trace; else why not (caller frees). */
char *proof_missing(const char *trace, const struct finding *finding);
char *proof_missing_in(struct replay *replay, const struct finding *finding);

#endif
