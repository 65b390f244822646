/* histogram.c - log-linear buckets as in HdrHistogram: eight of equal width for every power of two. */
#include "commands/histogram.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum { FRACTION_BITS = 3, FRACTIONS = 1 << FRACTION_BITS };

struct histogram_bucket {
  uint32_t number;
  uint64_t count;
};

static uint32_t bucket_of(uint64_t value) {
  if (value < FRACTIONS)
    return (uint32_t)value;
  uint32_t exponent = 63 - (uint32_t)__builtin_clzll(value) - FRACTION_BITS;
  return (exponent + 1) * FRACTIONS + (uint32_t)((value >> exponent) - FRACTIONS);
}

/* Greatest value of the bucket. */
static uint64_t bucket_limit(uint32_t number) {
  if (number < FRACTIONS)
    return number;
  uint32_t exponent = number / FRACTIONS - 1;
  uint64_t low = (uint64_t)(FRACTIONS + number % FRACTIONS) << exponent;
  return low + ((UINT64_C(1) << exponent) - 1);
}

/* First bucket in use that is not below `number`. */
static uint32_t bucket_position(const struct histogram *histogram, uint32_t number) {
  uint32_t low = 0, high = histogram->n_buckets;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (histogram->buckets[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void histogram_add(struct histogram *histogram, uint64_t duration_ns) {
  uint32_t number = bucket_of(duration_ns), at = bucket_position(histogram, number);
  if (at == histogram->n_buckets || histogram->buckets[at].number != number) {
    histogram->buckets = grow(histogram->buckets, histogram->n_buckets, &histogram->capacity, sizeof *histogram->buckets);
    memmove(&histogram->buckets[at + 1], &histogram->buckets[at], (histogram->n_buckets - at) * sizeof *histogram->buckets);
    histogram->buckets[at] = (struct histogram_bucket){number, 0};
    histogram->n_buckets++;
  }
  histogram->buckets[at].count++;
  histogram->count++;
  histogram->total_ns += duration_ns;
  if (duration_ns > histogram->max_ns)
    histogram->max_ns = duration_ns;
}

uint64_t histogram_quantile(const struct histogram *histogram, unsigned percent) {
  uint64_t wanted = histogram->count / 100 * percent + (histogram->count % 100 * percent + 99) / 100, seen = 0;
  for (uint32_t i = 0; i < histogram->n_buckets; i++) {
    seen += histogram->buckets[i].count;
    uint64_t limit = bucket_limit(histogram->buckets[i].number);
    if (seen >= wanted)
      return limit < histogram->max_ns ? limit : histogram->max_ns;
  }
  return histogram->max_ns;
}

void histogram_done(struct histogram *histogram) {
  free(histogram->buckets);
  *histogram = (struct histogram){0};
}
