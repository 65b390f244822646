/* export_traces.h - from a recording to a file or folder in another format: what `export` and `dump` share. */
#ifndef INSPECTOR_EXPORT_TRACES_H
#define INSPECTOR_EXPORT_TRACES_H

struct exporter;

/* Export what TRACE names, all processes of a recording into one `output` (a file or a folder, as the format has it; NULL: the standard
 * output). Returns an exit status; errors have been said. What is readable of a damaged trace is exported. */
int export_traces(const struct exporter *exporter, const char *trace, const char *output);

#endif
