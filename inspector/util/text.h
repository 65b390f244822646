/* text.h - text of strangers made fit to print: names and paths of a traced program may hold any byte. */
#ifndef INSPECTOR_TEXT_H
#define INSPECTOR_TEXT_H

#include <stddef.h>

/* A copy for a terminal: control characters, bytes that are no UTF-8 and characters that reverse the direction of
 * writing become \xNN. NULL gives "?". Caller frees, here and below. */
char *text_clean(const char *text);

/* A copy that is valid UTF-8: every byte that is none becomes U+FFFD. */
char *text_utf8(const char *text);

/* The first `columns` characters of clean text, the last of them an ellipsis if there are more. */
char *text_elide(const char *text, size_t columns);

/* Bytes of the character at `text`: 1 to 4, or 0 if it is not valid UTF-8. */
size_t text_character(const char *text);

#endif
