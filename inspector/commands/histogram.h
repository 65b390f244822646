/* histogram.h - durations in buckets of equal ratio: count, sum and maximum exactly, quantiles within 7 percent. */
#ifndef INSPECTOR_HISTOGRAM_H
#define INSPECTOR_HISTOGRAM_H

#include <stdint.h>

struct histogram_bucket;

struct histogram {
  uint64_t count, total_ns, max_ns;
  struct histogram_bucket *buckets; /* only those in use, ascending: a million locks have a histogram each */
  uint32_t n_buckets, capacity;
};

void histogram_add(struct histogram *histogram, uint64_t duration_ns);

/* Upper bound of the bucket that holds the quantile, at most the maximum; `percent` from 0 to 100. 0 when empty. */
uint64_t histogram_quantile(const struct histogram *histogram, unsigned percent);
void histogram_done(struct histogram *histogram);

#endif
