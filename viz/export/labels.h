/* labels.h - the names of a trace's threads, objects and places in the encoding of a format, each looked up once. */
#ifndef VIZ_LABELS_H
#define VIZ_LABELS_H

#include <stdint.h>

struct names;
struct model;

struct labels;

/* `whole`: the model at the end of the trace. Everything given must outlive the labels. */
struct labels *labels_new(const struct model *whole, const struct names *names, char *(*encode)(const char *name));
void labels_free(struct labels *labels); /* accepts NULL */
const struct names *labels_names(const struct labels *labels);

/* Valid until labels_free(); "?" for what there is not. */
const char *labels_thread(struct labels *labels, uint32_t thread);
const char *labels_object(struct labels *labels, uint32_t object);
/* "deposit deadlock_two_locks.c:18"; "" unknown. */
const char *labels_site(struct labels *labels, uint32_t site);

/* "rd,waited"; "" for none. */
const char *labels_mode(struct labels *labels, uint8_t mode);

/* Of a memory location; the caller frees. */
char *labels_variable(const struct labels *labels, uint32_t place);

/* Words that need no encoding: an operation as text traces spell it, "EBUSY" or a number for what a call answered ("" for 0). */
enum { RESULT_BYTES = 16 };
const char *labels_op(uint8_t op);
const char *labels_result(int32_t result, char room[RESULT_BYTES]);

#endif
