/* fingerprint.h - one number for a finding that survives new addresses, rebuilds and shifted lines. */
#ifndef INSPECTOR_FINGERPRINT_H
#define INSPECTOR_FINGERPRINT_H

#include <stdint.h>

#include "findings/finding.h"
#include "findings/lock_class.h"

/* Of a finding whose stacks are resolved. */
uint64_t finding_fingerprint(const struct finding *finding, struct lock_classes *classes);

#endif
