/* source_options.h - --source-root and --path-map: what the paths in reports are relative to. */
#ifndef INSPECTOR_SOURCE_OPTIONS_H
#define INSPECTOR_SOURCE_OPTIONS_H

#include <argp.h>

/* Child parser; its input is a struct source_paths, which it initialises. */
extern const struct argp source_argp;

#endif
