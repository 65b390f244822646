/* summary.h - what an analysis told besides its findings. */
#ifndef INSPECTOR_SUMMARY_H
#define INSPECTOR_SUMMARY_H

struct summary;

/* The first trouble of each trace, and all that could not be opened, one line each. */
void summary_complain(const struct summary *summary);

#endif
