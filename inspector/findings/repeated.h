/* repeated.h - findings of a process that say what an earlier process' finding said, found out before symbols are read. */
#ifndef INSPECTOR_REPEATED_H
#define INSPECTOR_REPEATED_H

#include "findings/finding.h"
#include "model/model.h"

/* Merges the not yet resolved findings into equal ones of earlier recordings. Text traces have none. */
void findings_merge_repeated(struct findings *findings, const struct model *model);

#endif
