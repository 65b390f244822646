/* json_values.h - strings and numbers of strangers as JSON values. */
#ifndef INSPECTOR_JSON_VALUES_H
#define INSPECTOR_JSON_VALUES_H

#include <jansson.h>
#include <stdint.h>

/* What is not UTF-8 becomes U+FFFD; NULL is null. */
json_t *json_of_text(const char *text);

/* For people to read: control characters and what is not UTF-8 become \xNN, and NULL "?". */
json_t *json_of_clean(const char *text);
/* The same, and frees it. */
json_t *json_of_made(char *text);

json_t *json_of_number(uint64_t number);

#endif
