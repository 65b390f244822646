/* absorb.h - findings that another one makes needless. */
#ifndef INSPECTOR_ABSORB_H
#define INSPECTOR_ABSORB_H

#include "findings/finding.h"

/* Drops what only could have happened where the same kind has happened in the same code, and what is said in general terms where a more
 * special finding tells of the same event. */
void findings_absorb(struct findings *findings);

#endif
