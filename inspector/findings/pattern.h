/* pattern.h - names compared with what a user wrote: whole names with wildcards, and ThreadSanitizer's parts of names. */
#ifndef INSPECTOR_PATTERN_H
#define INSPECTOR_PATTERN_H

#include <stdbool.h>

/* Is all of `text` as the pattern says: '*' any characters, '?' one, all others themselves? NULL is like nothing. */
bool pattern_is_whole(const char *pattern, const char *text);

/* Does some part of `text` look so: '*' any characters, '^' in front the beginning, '$' behind the end? NULL and "" are like nothing. */
bool pattern_is_part(const char *pattern, const char *text);

/* A path: the pattern is like its last component, or like as many of its last components as the pattern has. */
bool pattern_is_path(const char *pattern, const char *path);

/* A function: with or without its parameters. */
bool pattern_is_function(const char *pattern, const char *function);

#endif
