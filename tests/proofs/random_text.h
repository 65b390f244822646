/* random_text.h - random text traces that some execution really makes, with most words of the text form. */
#ifndef PROOFS_RANDOM_TEXT_H
#define PROOFS_RANDOM_TEXT_H

#include <stdint.h>
#include <stdio.h>

struct random_text_options {
  uint64_t seed;
  unsigned n_threads, n_events;
};

void random_text_write(FILE *out, const struct random_text_options *options);

/* The same with some lines lost, doubled, moved, or given to another thread: what a broken writer leaves. */
void random_text_damage(FILE *out, const struct random_text_options *options);

#endif
